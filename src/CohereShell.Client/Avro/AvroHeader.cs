using System.Text;

namespace CohereShell;

/// <summary>What stands at the beginning of an Avro file.</summary>
internal sealed class AvroHeader
{
    public const int SyncLength = 16;
    private static readonly byte[] Magic = [(byte)'O', (byte)'b', (byte)'j', 1];

    private AvroHeader(Dictionary<string, byte[]> metadata, byte[] sync)
    {
        Metadata = metadata;
        Sync = sync;
    }

    /// <summary>All metadata, those of the writer's user included.</summary>
    public IReadOnlyDictionary<string, byte[]> Metadata { get; }

    /// <summary>The bytes that stand behind every block.</summary>
    public byte[] Sync { get; }

    /// <summary>How the blocks are compressed; "null" for not at all, which a file need not say.</summary>
    public string Codec => Metadata.TryGetValue("avro.codec", out byte[]? codec) && codec.Length > 0 ? Encoding.UTF8.GetString(codec) : "null";

    /// <summary>The schema as JSON, or null if the file has none.</summary>
    public byte[]? Schema => Metadata.TryGetValue("avro.schema", out byte[]? schema) ? schema : null;

    /// <exception cref="InvalidDataException">It is none, or damaged.</exception>
    public static async Task<AvroHeader> ReadAsync(AvroInput input, AvroLimits limits, bool isAsync, CancellationToken cancellationToken)
    {
        byte[] magic = new byte[Magic.Length];
        for (int i = 0; i < magic.Length; i++)
        {
            // A file of three bytes is no Avro file either, rather than one that is cut off.
            if (await input.IsAtEndAsync(isAsync, cancellationToken).ConfigureAwait(false))
            {
                break;
            }

            byte[] next = await input.ReadBytesAsync(new byte[1], 1, isAsync, cancellationToken).ConfigureAwait(false);
            magic[i] = next[0];
        }

        if (!magic.AsSpan().SequenceEqual(Magic))
        {
            throw new InvalidDataException("it is no Avro object container file, which begins with \"Obj\" and the byte 1");
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
                // The length of this part of the map in bytes, for those who want to skip it.
                await input.ReadLongAsync(isAsync, cancellationToken).ConfigureAwait(false);
            }

            // Every entry takes bytes, so that a count that is too high ends at the end of the file or at the limit.
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
                throw new InvalidDataException(FormattableString.Invariant($"the header has a part of {length} bytes, and may have {limits.HeaderLength} in all"));
            }

            byte[] bytes = await input.ReadBytesAsync([], (int)length, isAsync, cancellationToken).ConfigureAwait(false);
            // The buffer may be a little longer than what it holds.
            Array.Resize(ref bytes, (int)length);
            return bytes;
        }
    }
}
