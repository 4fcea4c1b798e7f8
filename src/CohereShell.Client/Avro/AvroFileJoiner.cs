using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace CohereShell;

/// <summary>
/// Joins several Avro files with the same schema. Blocks are copied compressed and unread, with the sync marker of the
/// first file, so that the copy of a single file equals the original. Only blocks of a file with another compression
/// than the first are decompressed and compressed again.
/// </summary>
/// <param name="output">The stream for the file. It stays open.</param>
internal sealed class AvroFileJoiner(Stream output)
{
    private readonly Stream _output = output;
    private readonly AvroLimits _limits = AvroLimits.Default;
    private AvroHeader? _first;
    private byte[] _block = [];

    /// <summary>Adds a file.</summary>
    /// <param name="file">The file. It is closed.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="AvroException">The file is damaged, or its schema differs from the first one.</exception>
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
            else if (!SequenceEqual(header.Schema, _first.Schema))
            {
                throw new InvalidDataException("its schema differs from the files before it, so they can't be joined: export the rows as JSON Lines instead");
            }

            if (header.Codec != _first.Codec)
            {
                await RecodeAsync(new AvroBlockReader(input, header, _limits), cancellationToken).ConfigureAwait(false);
                return;
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
                FormattableString.Invariant($"The Avro file can't be read in {(block == 0 ? "its header" : FormattableString.Invariant($"block {block}, which starts at byte {start}"))}: {exception.Message}."),
                block,
                start,
                exception);
        }
    }

    private async Task RecodeAsync(AvroBlockReader blocks, CancellationToken cancellationToken)
    {
        while (await blocks.ReadAsync(isAsync: true, cancellationToken).ConfigureAwait(false))
        {
            using MemoryStream packed = Pack(blocks.Body, blocks.Length);
            WriteLong(blocks.RowCount);
            WriteLong(packed.Length);
            packed.WriteTo(_output);
            _output.Write(_first!.Sync, 0, AvroHeader.SyncLength);
        }
    }

    private MemoryStream Pack(byte[] body, int length)
    {
        var packed = new MemoryStream();
        switch (_first!.Codec)
        {
            case "null":
                packed.Write(body, 0, length);
                break;
            case "deflate":
                using (var deflater = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
                {
                    deflater.Write(body, 0, length);
                }

                break;
            case "snappy":
                PackSnappy(packed, body, length);
                break;
            default:
                throw new InvalidDataException($"its compression differs from the files before it, which use \"{_first.Codec}\", and this module can't write that");
        }

        return packed;
    }

    /// <summary>Writes one literal, which is valid but not smaller.</summary>
    private static void PackSnappy(MemoryStream packed, byte[] body, int length)
    {
        const byte LiteralWithLengthOfFourBytes = 63 << 2;
        for (uint left = (uint)length; ; left >>= 7)
        {
            packed.WriteByte((byte)(left > 127 ? left | 128 : left));
            if (left < 128)
            {
                break;
            }
        }

        byte[] number = new byte[sizeof(uint)];
        if (length > 0)
        {
            packed.WriteByte(LiteralWithLengthOfFourBytes);
            BinaryPrimitives.WriteInt32LittleEndian(number, length - 1);
            packed.Write(number, 0, number.Length);
            packed.Write(body, 0, length);
        }

        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Compute(body.AsSpan(0, length)));
        packed.Write(number, 0, number.Length);
    }

    private static bool SequenceEqual(byte[]? one, byte[]? other) => (one ?? []).AsSpan().SequenceEqual(other ?? []);

    private async Task CopyBlockAsync(AvroInput input, byte[] sync, CancellationToken cancellationToken)
    {
        long rows = await input.ReadLongAsync(isAsync: true, cancellationToken).ConfigureAwait(false);
        long length = await input.ReadLongAsync(isAsync: true, cancellationToken).ConfigureAwait(false);
        if (rows < 0 || length < 0 || length > _limits.BlockLength - AvroHeader.SyncLength)
        {
            throw new InvalidDataException(FormattableString.Invariant($"its header claims {rows} rows in {length} bytes"));
        }

        int wholeLength = (int)length + AvroHeader.SyncLength;
        _block = await input.ReadBytesAsync(_block, wholeLength, isAsync: true, cancellationToken).ConfigureAwait(false);
        if (!_block.AsSpan((int)length, AvroHeader.SyncLength).SequenceEqual(sync))
        {
            throw new InvalidDataException("the sync marker after it doesn't match the file");
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
