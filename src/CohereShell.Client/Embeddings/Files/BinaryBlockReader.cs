using System.Buffers.Binary;
using System.Text;

namespace CohereShell;

/// <summary>
/// Reads the blocks of a file in the <see cref="BinaryEmbeddingFormat">binary format</see>. It refuses a length that exceeds
/// the rest of the file.
/// </summary>
/// <param name="stream">The file. It must be seekable, and is closed with the reader.</param>
internal sealed class BinaryBlockReader(Stream stream) : IDisposable
{
    private readonly Stream _stream = stream;
    private readonly byte[] _head = new byte[BinaryEmbeddingFormat.BlockHeaderLength];
    private bool _hasHeader;
    private bool _isAtEnd;
    private long _done;

    /// <summary>The model of all embeddings. Like the dimension, it is known once the first block was read.</summary>
    public string Model { get; private set; } = string.Empty;

    /// <summary>The dimension of all embeddings.</summary>
    public int Dimension { get; private set; }

    /// <summary>Reads what a complete file contains from its first and last bytes.</summary>
    /// <exception cref="EmbeddingFileException">The file is damaged or incomplete.</exception>
    public static (EmbeddingFileRule Rule, long Count) ReadFrame(Stream stream)
    {
        stream.Position = 0;
        var reader = new BinaryBlockReader(stream);
        reader.ReadHeader();
        if (stream.Length - stream.Position < BinaryEmbeddingFormat.EndLength)
        {
            throw CutOff("before its end");
        }

        stream.Position = stream.Length - BinaryEmbeddingFormat.EndLength;
        return reader.TryFill(reader._head, 0, BinaryEmbeddingFormat.EndLength) && reader.IsEnd(out long count)
            ? (new EmbeddingFileRule(reader.Model, reader.Dimension), count)
            : throw CutOff("before its end");
    }

    /// <summary>Reads the next block; false at the end of the file.</summary>
    /// <exception cref="EmbeddingFileException">The block is damaged. Unless the exception says that it was the last one, the
    /// next block can be read.</exception>
    public bool Read(BinaryBlock block)
    {
        if (!_hasHeader)
        {
            _hasHeader = true;
            // If the header is damaged, nothing after it can be found.
            _isAtEnd = true;
            ReadHeader();
            _isAtEnd = false;
        }

        if (_isAtEnd)
        {
            return false;
        }

        _isAtEnd = true;
        if (!TryFill(_head, 0, BinaryEmbeddingFormat.EndLength))
        {
            throw CutOff(AfterRecord());
        }

        if (IsEnd(out long total))
        {
            return total == _done && _stream.Position == _stream.Length
                ? false
                : throw Damaged(FormattableString.Invariant($"it claims to contain {total} records but ends {AfterRecord()}"));
        }

        if (!TryFill(_head, BinaryEmbeddingFormat.EndLength, BinaryEmbeddingFormat.BlockHeaderLength - BinaryEmbeddingFormat.EndLength))
        {
            throw CutOff(AfterRecord());
        }

        uint checksum = ReadBlockHeader(block);
        ReadBody(block, checksum);
        return true;
    }

    public void Dispose() => _stream.Dispose();

    private void ReadHeader()
    {
        byte[] header = new byte[BinaryEmbeddingFormat.HeaderLength];
        if (!TryFill(header, 0, header.Length))
        {
            throw CutOff("in its header");
        }

        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(8));
        int modelLength = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(10));
        Array.Resize(ref header, header.Length + modelLength + BinaryEmbeddingFormat.ChecksumLength);
        if (!TryFill(header, BinaryEmbeddingFormat.HeaderLength, header.Length - BinaryEmbeddingFormat.HeaderLength))
        {
            throw CutOff("in its header");
        }

        bool isWhole = header.AsSpan().StartsWith(BinaryEmbeddingFormat.Magic) && HasChecksum(header);
        if (isWhole && version != BinaryEmbeddingFormat.Version)
        {
            throw new EmbeddingFileException(FormattableString.Invariant($"The file has version {version} of the binary format, but this module reads only version {BinaryEmbeddingFormat.Version}. Update the module."), isLast: true);
        }

        Dimension = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12));
        if (!isWhole || Dimension is < 0 or > BinaryEmbeddingFormat.LongestBlock / sizeof(float))
        {
            throw new EmbeddingFileException("The header of the file is damaged.", isLast: true);
        }

        Model = Encoding.UTF8.GetString(header, BinaryEmbeddingFormat.HeaderLength, modelLength);
    }

    /// <summary>Reads the header of a block, if all of its values are possible.</summary>
    /// <returns>The checksum of the body.</returns>
    private uint ReadBlockHeader(BinaryBlock block)
    {
        block.Count = BinaryPrimitives.ReadInt32LittleEndian(_head.AsSpan(4));
        block.First = BinaryPrimitives.ReadInt64LittleEndian(_head.AsSpan(8));
        block.MetadataLength = BinaryPrimitives.ReadInt32LittleEndian(_head.AsSpan(16));
        block.Forms = (EmbeddingForms)_head[20];
        int inputType = _head[21];
        block.InputType = inputType == 0 ? null : (EmbedInputType)(inputType - 1);
        bool isWhole = BinaryPrimitives.ReadUInt32LittleEndian(_head) == BinaryEmbeddingFormat.BlockMarker && HasChecksum(_head);
        if (!isWhole
            || block.Count < 1
            || block.First != _done
            || block.MetadataLength < 0
            || block.Forms is EmbeddingForms.None or > EmbeddingForms.All
            || (block.InputType is { } type && !Enum.IsDefined(typeof(EmbedInputType), type))
            || Dimension < 1)
        {
            throw Damaged($"the data {AfterRecord()} isn't a block of records");
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(_head.AsSpan(24));
    }

    private void ReadBody(BinaryBlock block, uint checksum)
    {
        long length = block.MetadataLength;
        foreach (EmbeddingForms form in BinaryEmbeddingFormat.InOrder)
        {
            length += block.Forms.HasFlag(form) ? (long)block.Count * BinaryEmbeddingFormat.LengthOf(form, Dimension) : 0;
        }

        if (length > Math.Min(_stream.Length - _stream.Position, BinaryEmbeddingFormat.LongestBlock))
        {
            throw CutOff(AfterRecord());
        }

        block.Grow((int)length);
        if (!TryFill(block.Body, 0, (int)length))
        {
            throw CutOff(AfterRecord());
        }

        // From here on, the next block can be found even if this one is damaged.
        _isAtEnd = false;
        _done += block.Count;
        if (Crc32C.Compute(block.Body.AsSpan(0, (int)length)) != checksum)
        {
            throw new EmbeddingFileException(FormattableString.Invariant($"The file is damaged: the checksum of the records {block.First + 1} to {_done} doesn't match."), isLast: false);
        }
    }

    private bool IsEnd(out long count)
    {
        ReadOnlySpan<byte> end = _head.AsSpan(0, BinaryEmbeddingFormat.EndLength);
        count = BinaryPrimitives.ReadInt64LittleEndian(end.Slice(8));
        return BinaryPrimitives.ReadUInt32LittleEndian(end) == BinaryEmbeddingFormat.EndMarker && HasChecksum(end);
    }

    private static bool HasChecksum(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.Length - BinaryEmbeddingFormat.ChecksumLength;
        return Crc32C.Compute(bytes.Slice(0, length)) == BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(length));
    }

    private bool TryFill(byte[] buffer, int offset, int length)
    {
        int end = offset + length;
        while (offset < end)
        {
            int count = _stream.Read(buffer, offset, end - offset);
            if (count == 0)
            {
                return false;
            }

            offset += count;
        }

        return true;
    }

    private string AfterRecord() => FormattableString.Invariant($"after record {_done}");

    private static EmbeddingFileException CutOff(string where) => new($"The file is incomplete: it ends {where}.", isLast: true);

    private static EmbeddingFileException Damaged(string what) => new($"The file is damaged: {what}.", isLast: true);
}
