using System.Buffers.Binary;
using System.IO.Compression;

namespace CohereShell;

/// <summary>Reads the blocks of an Avro file one at a time and uses the same memory for each.</summary>
internal sealed class AvroBlockReader
{
    private const int ChecksumLength = sizeof(uint);
    private readonly AvroInput _input;
    private readonly AvroLimits _limits;
    private readonly AvroCodec _codec;
    private readonly byte[] _sync;
    private byte[] _raw = [];
    private byte[] _decoded = [];

    public AvroBlockReader(AvroInput input, AvroHeader header, AvroLimits limits)
    {
        _input = input;
        _limits = limits;
        _sync = header.Sync;
        _codec = header.Codec switch
        {
            "null" => AvroCodec.None,
            "deflate" => AvroCodec.Deflate,
            "snappy" => AvroCodec.Snappy,
            _ => throw new InvalidDataException($"its blocks are compressed with \"{header.Codec}\", but this module reads only \"null\", \"deflate\" and \"snappy\""),
        };
    }

    private enum AvroCodec
    {
        None,
        Deflate,
        Snappy,
    }

    /// <summary>The position of the block in the file.</summary>
    public long Start { get; private set; }

    /// <summary>The number of rows in the block.</summary>
    public long RowCount { get; private set; }

    /// <summary>The decompressed rows. The array can be longer, with old data at its end.</summary>
    public byte[] Body => _codec == AvroCodec.None ? _raw : _decoded;

    /// <summary>The length of the rows in bytes.</summary>
    public int Length { get; private set; }

    /// <summary>Reads the next block; false at the end of the file.</summary>
    /// <exception cref="InvalidDataException">The block is damaged or too long.</exception>
    public async Task<bool> ReadAsync(bool isAsync, CancellationToken cancellationToken)
    {
        Start = _input.Position;
        if (await _input.IsAtEndAsync(isAsync, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        RowCount = await _input.ReadLongAsync(isAsync, cancellationToken).ConfigureAwait(false);
        long length = await _input.ReadLongAsync(isAsync, cancellationToken).ConfigureAwait(false);
        if (RowCount < 0 || length < 0)
        {
            throw new InvalidDataException(FormattableString.Invariant($"its header claims {RowCount} rows in {length} bytes"));
        }

        if (length > _limits.BlockLength - AvroHeader.SyncLength)
        {
            throw TooLong(length);
        }

        // Reads the marker with the block, which saves a read for each block.
        int wholeLength = (int)length + AvroHeader.SyncLength;
        _raw = await _input.ReadBytesAsync(_raw, wholeLength, isAsync, cancellationToken).ConfigureAwait(false);
        if (!_raw.AsSpan((int)length, AvroHeader.SyncLength).SequenceEqual(_sync))
        {
            throw new InvalidDataException("the sync marker after it doesn't match the file");
        }

        Length = _codec switch
        {
            AvroCodec.Deflate => Inflate((int)length),
            AvroCodec.Snappy => DecodeSnappy((int)length),
            _ => (int)length,
        };
        return true;
    }

    private int Inflate(int length)
    {
        using var source = new MemoryStream(_raw, 0, length, writable: false);
        using var inflater = new DeflateStream(source, CompressionMode.Decompress);
        int done = 0;
        while (true)
        {
            if (done == _decoded.Length)
            {
                if (done >= _limits.BlockLength)
                {
                    throw TooLong(done);
                }

                // Starts with the usual size of decompressed text, and grows only with real data, so that a decompression bomb fails.
                Array.Resize(ref _decoded, (int)Math.Min(_limits.BlockLength, Math.Max(4096, done == 0 ? 4L * length : 2L * done)));
            }

            int count = ReadInflated(inflater, done);
            if (count == 0)
            {
                return done;
            }

            done += count;
        }
    }

    private int ReadInflated(DeflateStream inflater, int start)
    {
        try
        {
            return inflater.Read(_decoded, start, _decoded.Length - start);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            // The data is in memory, so both exceptions mean damage. The framework's messages mention archives.
            throw new InvalidDataException("its compressed data is damaged", exception);
        }
    }

    private int DecodeSnappy(int length)
    {
        if (length < ChecksumLength)
        {
            throw new InvalidDataException("its checksum is missing");
        }

        ReadOnlySpan<byte> compressed = _raw.AsSpan(0, length - ChecksumLength);
        int decodedLength = SnappyDecoder.ReadLength(compressed, _limits.BlockLength);
        if (_decoded.Length < decodedLength)
        {
            _decoded = Uninitialized.Array<byte>(decodedLength);
        }

        SnappyDecoder.Decode(compressed, _decoded.AsSpan(0, decodedLength));
        uint checksum = BinaryPrimitives.ReadUInt32BigEndian(_raw.AsSpan(length - ChecksumLength));
        return Crc32.Compute(_decoded.AsSpan(0, decodedLength)) == checksum
            ? decodedLength
            : throw new InvalidDataException("its checksum doesn't match");
    }

    private InvalidDataException TooLong(long length) =>
        new(FormattableString.Invariant($"it has {length} bytes or more, but the limit for a block is {_limits.BlockLength}"));
}
