using System.Text;

namespace CohereShell;

/// <summary>The header of an Avro file.</summary>
internal sealed class AvroHeader
{
    public const int SyncLength = 16;
    private static readonly byte[] Magic = [(byte)'O', (byte)'b', (byte)'j', 1];

    private AvroHeader(Dictionary<string, byte[]> metadata, byte[] sync)
    {
        Metadata = metadata;
        Sync = sync;
    }

    /// <summary>All metadata, including that of the writer.</summary>
    public IReadOnlyDictionary<string, byte[]> Metadata { get; }

    /// <summary>The sync marker: the bytes after each block.</summary>
    public byte[] Sync { get; }

    /// <summary>The compression of the blocks. The default is "null", which means none.</summary>
    public string Codec => Metadata.TryGetValue("avro.codec", out byte[]? codec) && codec.Length > 0 ? Encoding.UTF8.GetString(codec) : "null";

    /// <summary>The schema as JSON; null if the file doesn't have one.</summary>
    public byte[]? Schema => Metadata.TryGetValue("avro.schema", out byte[]? schema) ? schema : null;

    /// <exception cref="InvalidDataException">It isn't an Avro header, or it is damaged.</exception>
    public static async Task<AvroHeader> ReadAsync(AvroInput input, AvroLimits limits, bool isAsync, CancellationToken cancellationToken)
    {
        byte[] magic = new byte[Magic.Length];
        for (int i = 0; i < magic.Length; i++)
        {
            // A file of three bytes isn't an Avro file, rather than an incomplete one.
            if (await input.IsAtEndAsync(isAsync, cancellationToken).ConfigureAwait(false))
            {
                break;
            }

            byte[] next = await input.ReadBytesAsync(new byte[1], 1, isAsync, cancellationToken).ConfigureAwait(false);
            magic[i] = next[0];
        }

        if (!magic.AsSpan().SequenceEqual(Magic))
        {
            throw new InvalidDataException("it isn't an Avro object container file, which starts with \"Obj\" and the byte 1");
        }

        var metadata = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (true)
        {
            long count = await input.ReadLongAsync(isAsync, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                break;
            }

            if (count < 0)
            {
                // The length of this part of the map in bytes, for readers that want to skip it.
                await input.ReadLongAsync(isAsync, cancellationToken).ConfigureAwait(false);
            }

            // Each entry takes bytes, so a count that is too high fails at the end of the file or at the limit.
            for (ulong left = count < 0 ? (ulong)-count : (ulong)count; left > 0; left--)
            {
                byte[] key = await ReadEntryAsync().ConfigureAwait(false);
                metadata[Encoding.UTF8.GetString(key)] = await ReadEntryAsync().ConfigureAwait(false);
            }
        }

        byte[] sync = await input.ReadBytesAsync(new byte[SyncLength], SyncLength, isAsync, cancellationToken).ConfigureAwait(false);
        return new AvroHeader(metadata, sync);

        async Task<byte[]> ReadEntryAsync()
        {
            long length = await input.ReadLongAsync(isAsync, cancellationToken).ConfigureAwait(false);
            if (length < 0 || length > limits.HeaderLength - input.Position)
            {
                throw new InvalidDataException(FormattableString.Invariant($"the header has a part of {length} bytes, but its limit is {limits.HeaderLength}"));
            }

            byte[] bytes = await input.ReadBytesAsync([], (int)length, isAsync, cancellationToken).ConfigureAwait(false);
            // The buffer can be longer than its content.
            Array.Resize(ref bytes, (int)length);
            return bytes;
        }
    }
}
