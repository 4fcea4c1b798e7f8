using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell;

/// <summary>
/// Makes one Avro file of several that have the same schema. Blocks go over as they are, compressed and unread, with the
/// marker of the first file behind each; the copy of a single file is like the original.
/// </summary>
internal sealed class AvroFileJoiner
{
    private readonly Stream _output;
    private readonly AvroLimits _limits = AvroLimits.Default;
    private AvroHeader? _first;
    private byte[] _block = [];

    /// <param name="output">Where the file goes. It stays open.</param>
    public AvroFileJoiner(Stream output) => _output = output;

    /// <summary>Adds a file.</summary>
    /// <param name="file">The file; it is closed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="AvroException">It is damaged, or has another schema or codec than the first.</exception>
    public async Task AddAsync(Stream file, CancellationToken cancellationToken)
    {
        using var input = new AvroInput(file);
        long block = 0;
        long start = 0;
        try
        {
            AvroHeader header = await AvroHeader.ReadAsync(input, _limits, isAsync: true, cancellationToken).ConfigureAwait(false);
            if (_first is null)
            {
                WriteHeader(header);
                _first = header;
            }
            else if (header.Codec != _first.Codec || !SequenceEqual(header.Schema, _first.Schema))
            {
                throw new InvalidDataException("it has another schema than the files before it, or is compressed in another way, and cannot be one file with them; export the rows as JSON Lines");
            }

            while (!await input.IsAtEndAsync(isAsync: true, cancellationToken).ConfigureAwait(false))
            {
                block++;
                start = input.Position;
                await CopyBlockAsync(input, header.Sync, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (InvalidDataException exception)
        {
            throw new AvroException(
                FormattableString.Invariant($"The Avro file cannot be read in {(block == 0 ? "its header" : FormattableString.Invariant($"block {block}, which begins at byte {start}"))}: {exception.Message}."),
                block,
                start,
                exception);
        }
    }

    private static bool SequenceEqual(byte[]? one, byte[]? other) => (one ?? []).AsSpan().SequenceEqual(other ?? []);

    private async Task CopyBlockAsync(AvroInput input, byte[] sync, CancellationToken cancellationToken)
    {
        long rows = await input.ReadLongAsync(isAsync: true, cancellationToken).ConfigureAwait(false);
        long length = await input.ReadLongAsync(isAsync: true, cancellationToken).ConfigureAwait(false);
        if (rows < 0 || length < 0 || length > _limits.BlockLength - AvroHeader.SyncLength)
        {
            throw new InvalidDataException(FormattableString.Invariant($"it says that it has {rows} rows in {length} bytes"));
        }

        int wholeLength = (int)length + AvroHeader.SyncLength;
        _block = await input.ReadBytesAsync(_block, wholeLength, isAsync: true, cancellationToken).ConfigureAwait(false);
        if (!_block.AsSpan((int)length, AvroHeader.SyncLength).SequenceEqual(sync))
        {
            throw new InvalidDataException("the marker behind it is not that of the file");
        }

        WriteLong(rows);
        WriteLong(length);
        _output.Write(_block, 0, (int)length);
        _output.Write(_first!.Sync, 0, AvroHeader.SyncLength);
    }

    private void WriteHeader(AvroHeader header)
    {
        byte[] magic = [(byte)'O', (byte)'b', (byte)'j', 1];
        _output.Write(magic, 0, magic.Length);
        if (header.Metadata.Count > 0)
        {
            WriteLong(header.Metadata.Count);
        }

        foreach (KeyValuePair<string, byte[]> entry in header.Metadata)
        {
            WriteBytes(Encoding.UTF8.GetBytes(entry.Key));
            WriteBytes(entry.Value);
        }

        WriteLong(0);
        _output.Write(header.Sync, 0, header.Sync.Length);
    }

    private void WriteBytes(byte[] bytes)
    {
        WriteLong(bytes.Length);
        _output.Write(bytes, 0, bytes.Length);
    }

    private void WriteLong(long number)
    {
        ulong left = (ulong)((number << 1) ^ (number >> 63));
        for (; left > 127; left >>= 7)
        {
            _output.WriteByte((byte)(left | 128));
        }

        _output.WriteByte((byte)left);
    }
}
