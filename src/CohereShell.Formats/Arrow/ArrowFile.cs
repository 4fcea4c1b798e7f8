using System.Buffers.Binary;

namespace CohereShell.Formats;

/// <summary>
/// Reads the frame of an Arrow file: the schema, and where the record batches are. A file without its end, such as one whose
/// writer was killed, is read to its last complete batch. See <see href="https://arrow.apache.org/docs/format/Columnar.html"/>.
/// </summary>
/// <remarks>
/// The library Apache.Arrow writes the files. It isn't used to read them: it refuses a file without its end, loads whole batches
/// of at most 2 GB with all columns, and trusts what a damaged file claims. A wrong offset makes it read outside of the file's
/// data, and a schema that refers to itself ends the process.
/// </remarks>
internal sealed class ArrowFile
{
    private const int Continuation = -1;
    private const int PrefixLength = 2 * sizeof(int);
    private const int BlockLength = 24;

    // The description of the columns is smaller.
    private const int LongestBeginning = 256 * 1024;

    private readonly Stream _stream;
    private readonly ArrowBlock[]? _blocks;
    private readonly Dictionary<long, List<ArrowBlock>> _dictionaries = [];
    private long _next;
    private int _taken;

    /// <param name="stream">The file. It must be seekable.</param>
    /// <exception cref="ArrowException">It isn't an Arrow file, or its schema is damaged.</exception>
    public ArrowFile(Stream stream)
    {
        _stream = stream;
        byte[] start = new byte[Math.Min(Magic.Length, stream.Length)];
        if (!TryRead(0, start) || !Magic.StartsWith(start))
        {
            throw new ArrowException("it isn't an Arrow file.");
        }

        try
        {
            if (ReadFooter() is { } footer)
            {
                Schema = ArrowSchema.Read(footer.Table(1) ?? throw new ArrowException("its end has no schema."));
                ArrowBlock[] blocks = Blocks(footer.Structures(3, BlockLength));
                foreach (ArrowBlock block in Blocks(footer.Structures(2, BlockLength)))
                {
                    AddDictionary(block, Message(block));
                }

                _blocks = blocks;
                return;
            }
        }
        catch (ArrowException)
        {
            // The end is damaged. What precedes it can be read without it.
            _dictionaries.Clear();
        }

        ArrowBlock first = BlockAt(FirstMessage) ?? throw new ArrowException("it ends inside of its first bytes, before the embeddings.") { IsBeginning = stream.Length < LongestBeginning };
        FlatTable message = Message(first);
        Schema = message.Byte(1) == 1 && message.Table(2) is { } schema ? ArrowSchema.Read(schema) : throw new ArrowException("it doesn't start with a schema.");
        _next = End = first.End;
    }

    /// <summary>The first bytes of a file, and the last.</summary>
    public static ReadOnlySpan<byte> Magic => "ARROW1"u8;

    /// <summary>The position of the first message, after the first bytes and their padding.</summary>
    public static int FirstMessage => 8;

    public ArrowSchema Schema { get; }

    /// <summary>Whether the file has its end.</summary>
    public bool IsComplete => _blocks is not null;

    /// <summary>The number of batches; null if the file has no end, where the number is.</summary>
    public int? Count => _blocks?.Length;

    /// <summary>The end of the last complete batch that was read, in a file without its end.</summary>
    public long End { get; private set; }

    /// <summary>The blocks of all record batches in a file with its end.</summary>
    public IReadOnlyList<ArrowBlock> Batches => _blocks ?? [];

    /// <summary>Returns the position of the next batch; null after the last.</summary>
    /// <exception cref="ArrowException">What follows is damaged.</exception>
    public ArrowBlock? Next()
    {
        if (_blocks is not null)
        {
            return _taken < _blocks.Length ? _blocks[_taken++] : null;
        }

        while (BlockAt(_next) is { } block)
        {
            FlatTable message = Message(block);
            _next = End = block.End;
            switch (message.Byte(1))
            {
                case 2:
                    AddDictionary(block, message);
                    break;
                case 3:
                    return block;
                default:
                    // Nothing else has rows.
                    break;
            }
        }

        return null;
    }

    /// <summary>Starts again with the first batch.</summary>
    public void Rewind() => _taken = 0;

    /// <summary>Reads the metadata of a batch.</summary>
    /// <exception cref="ArrowException">It's damaged.</exception>
    public ArrowBatch Read(ArrowBlock block)
    {
        FlatTable message = Message(block);
        return message.Byte(1) == 3 && message.Table(2) is { } batch
            ? new ArrowBatch(batch, block.Body, message.Int16(0))
            : throw new ArrowException("its metadata is damaged: there isn't a record batch where one should be.");
    }

    /// <summary>The batches of a dictionary, each with one column.</summary>
    public IReadOnlyList<ArrowBatch> Dictionary(long id) => _dictionaries.TryGetValue(id, out List<ArrowBlock>? blocks)
        ? blocks.Select(block => new ArrowBatch(Message(block).Table(2)!.Value.Table(1) ?? throw new ArrowException("a dictionary is damaged."), block.Body, Message(block).Int16(0))).ToArray()
        : throw new ArrowException("a dictionary is missing.");

    /// <summary>Reads bytes of the file.</summary>
    /// <exception cref="ArrowException">The file ends before.</exception>
    public void ReadExactly(long position, byte[] bytes, int count)
    {
        _stream.Position = position;
        for (int length = 0; length < count;)
        {
            int read = _stream.Read(bytes, length, count - length);
            length += read > 0 ? read : throw new ArrowException("it ends before its data. Another program may have shortened it.");
        }
    }

    private bool TryRead(long position, byte[] bytes)
    {
        if (position < 0 || position > _stream.Length - bytes.Length)
        {
            return false;
        }

        ReadExactly(position, bytes, bytes.Length);
        return true;
    }

    // Null if the file has no end.
    private FlatTable? ReadFooter()
    {
        byte[] end = new byte[sizeof(int) + Magic.Length];
        long start = _stream.Length - end.Length;
        if (start < FirstMessage || !TryRead(start, end) || !end.AsSpan(sizeof(int)).SequenceEqual(Magic))
        {
            return null;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(end);
        if (length <= 0 || length > start - FirstMessage)
        {
            return null;
        }

        byte[] footer = new byte[length];
        ReadExactly(start - length, footer, length);
        return FlatTable.Root(footer);
    }

    private ArrowBlock[] Blocks(ReadOnlySpan<byte> structures)
    {
        var blocks = new ArrowBlock[structures.Length / BlockLength];
        for (int index = 0; index < blocks.Length; index++)
        {
            ReadOnlySpan<byte> structure = structures.Slice(index * BlockLength);
            var block = new ArrowBlock(
                BinaryPrimitives.ReadInt64LittleEndian(structure),
                BinaryPrimitives.ReadInt32LittleEndian(structure.Slice(8)),
                BinaryPrimitives.ReadInt64LittleEndian(structure.Slice(16)));
            long length = _stream.Length;
            blocks[index] = block.Start >= FirstMessage && block.MetadataLength >= sizeof(int) && block.BodyLength >= 0 && block.Start <= length && block.MetadataLength <= length - block.Start && block.BodyLength <= length - block.Start - block.MetadataLength
                ? block
                : throw new ArrowException("its end is damaged.");
        }

        return blocks;
    }

    // Null at the end of the messages, or if the message isn't complete.
    private ArrowBlock? BlockAt(long position)
    {
        byte[] prefix = new byte[PrefixLength];
        if (!TryRead(position, prefix) || BinaryPrimitives.ReadInt32LittleEndian(prefix) != Continuation)
        {
            return null;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(prefix.AsSpan(sizeof(int)));
        long left = _stream.Length - position - PrefixLength;
        if (length <= 0 || length > left)
        {
            return null;
        }

        FlatTable message = Message(new ArrowBlock(position, PrefixLength + length, 0));
        long body = message.Int64(3);
        return body < 0 ? throw new ArrowException("its metadata is damaged.")
            : body > left - length ? null
            : new ArrowBlock(position, PrefixLength + length, body);
    }

    private FlatTable Message(ArrowBlock block)
    {
        byte[] bytes = new byte[block.MetadataLength];
        ReadExactly(block.Start, bytes, bytes.Length);
        // Old files have only the length.
        int skipped = bytes.Length >= PrefixLength && BinaryPrimitives.ReadInt32LittleEndian(bytes) == Continuation ? PrefixLength : sizeof(int);
        return bytes.Length > skipped ? FlatTable.Root(bytes.AsSpan(skipped).ToArray()) : throw new ArrowException("its metadata is damaged.");
    }

    private void AddDictionary(ArrowBlock block, FlatTable message)
    {
        if (message.Byte(1) != 2 || message.Table(2) is not { } dictionary)
        {
            throw new ArrowException("a dictionary is damaged.");
        }

        long id = dictionary.Int64(0);
        bool isAddition = dictionary.Bool(2);
        if (!isAddition || !_dictionaries.TryGetValue(id, out List<ArrowBlock>? blocks))
        {
            _dictionaries[id] = blocks = [];
        }

        blocks.Add(block);
    }
}

/// <summary>Where a message is in a file: its metadata, which the body follows.</summary>
/// <param name="Start">The position of the metadata.</param>
/// <param name="MetadataLength">The length of the metadata, with what precedes and follows it.</param>
/// <param name="BodyLength">The length of the body.</param>
internal readonly record struct ArrowBlock(long Start, int MetadataLength, long BodyLength)
{
    public ArrowRange Body => new(Start + MetadataLength, BodyLength);

    public long End => Start + MetadataLength + BodyLength;
}
