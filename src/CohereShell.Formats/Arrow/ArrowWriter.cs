using System.Buffers.Binary;
using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace CohereShell.Formats;

/// <summary>
/// Writes an Arrow file. The library writes the messages: the schema and the record batches. It can't continue a file, and
/// doesn't align the data, so that where messages go, and the end of the file, are written here.
/// </summary>
internal sealed class ArrowWriter : IDisposable
{
    private const int Alignment = 64;
    private const int PrefixLength = 2 * sizeof(int);
    private const int Version = 4;

    private readonly Stream _stream;
    private readonly Schema _schema;
    private readonly byte[] _schemaMessage;
    private readonly List<ArrowBlock> _blocks;
    private readonly MemoryStream _message = new();
    private readonly ByteBuffer _buffer = new();
    private readonly ArrowStreamWriter _writer;
    private bool _hasWritten;

    /// <summary>Starts a file.</summary>
    /// <param name="stream">Where the file is written, from its start.</param>
    /// <param name="schema">The columns.</param>
    public ArrowWriter(Stream stream, ArrowSchema schema)
        : this(stream, schema, [], 0)
    {
        _buffer.Add(ArrowFile.Magic);
        _buffer.AddZeros(ArrowFile.FirstMessage - _buffer.Count);
        WriteBuffer();
        WriteMessage(_schemaMessage, 0, _schemaMessage.Length);
    }

    /// <summary>Continues a file.</summary>
    /// <param name="stream">Where the rest of the file is written.</param>
    /// <param name="schema">The columns of the file.</param>
    /// <param name="batches">The batches that the file has.</param>
    /// <param name="position">Where the last batch ends.</param>
    public ArrowWriter(Stream stream, ArrowSchema schema, IEnumerable<ArrowBlock> batches, long position)
    {
        _stream = stream;
        _schema = schema.ToLibrary();
        _schemaMessage = ArrowSerializationHelpers.SerializeSchema(_schema);
        _blocks = batches.ToList();
        Position = position;
        _writer = new ArrowStreamWriter(_message, _schema, leaveOpen: true);
    }

    /// <summary>The length of the file so far.</summary>
    public long Position { get; private set; }

    /// <summary>Writes a record batch with what the columns have collected.</summary>
    public void Write(int rows, IReadOnlyList<ArrowColumnBuilder> columns)
    {
        var arrays = new IArrowArray[columns.Count];
        for (int index = 0; index < arrays.Length; index++)
        {
            arrays[index] = ArrowArrayFactory.BuildArray(columns[index].ToLibrary(_schema.GetFieldByIndex(index).DataType));
        }

        // The library writes the schema before the first batch.
        int start = _hasWritten ? 0 : _schemaMessage.Length;
        _hasWritten = true;
        _message.SetLength(0);
        _writer.WriteRecordBatch(new RecordBatch(_schema, arrays, rows));
        foreach (ArrowColumnBuilder column in columns)
        {
            column.Clear();
        }

        _blocks.Add(WriteMessage(_message.GetBuffer(), start, (int)_message.Length - start));
    }

    /// <summary>Copies a record batch of a file with the same columns.</summary>
    public void Copy(ArrowFile file, ArrowBlock block)
    {
        byte[] message = new byte[checked(block.MetadataLength + block.BodyLength)];
        file.ReadExactly(block.Start, message, message.Length);
        _blocks.Add(WriteMessage(message, 0, message.Length));
    }

    /// <summary>Takes back the last batch, which couldn't be written.</summary>
    public void Undo()
    {
        Position = _blocks[_blocks.Count - 1].Start;
        _blocks.RemoveAt(_blocks.Count - 1);
    }

    /// <summary>Writes the end.</summary>
    public void Complete()
    {
        _buffer.Add(-1);
        _buffer.Add(0);
        int length = AddFooter();
        _buffer.Add(length);
        _buffer.Add(ArrowFile.Magic);
        WriteBuffer();
    }

    public void Dispose()
    {
        _writer.Dispose();
        _message.Dispose();
    }

    /// <summary>The number of bytes up to the next multiple of the alignment.</summary>
    public static int Padding(long position) => (int)(-position & (Alignment - 1));

    // Moves the body of a message to a multiple of 64 bytes in the file, so that its numbers can be used in place.
    private ArrowBlock WriteMessage(byte[] bytes, int offset, int count)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(offset + sizeof(int)));
        int bodyLength = count - PrefixLength - length;
        long start = Position;
        int padding = Padding(start + PrefixLength + length);
        _buffer.Add(-1);
        _buffer.Add(length + padding);
        _buffer.Add(bytes.AsSpan(offset + PrefixLength, length));
        _buffer.AddZeros(padding);
        int metadataLength = _buffer.Count;
        WriteBuffer();
        _stream.Write(bytes, offset + PrefixLength + length, bodyLength);
        Position += bodyLength;
        return new ArrowBlock(start, metadataLength, bodyLength);
    }

    // The library can't write the end of a file that it hasn't written from the start. It's a FlatBuffers table with the schema
    // and the places of the batches: https://github.com/apache/arrow/blob/main/format/File.fbs
    private int AddFooter()
    {
        const int SchemaSlot = 20;
        const int FirstBlock = 48;
        const int BlockLength = 24;
        byte[] schema = _schemaMessage.AsSpan(PrefixLength).ToArray();
        int schemaStart = FirstBlock + (_blocks.Count * BlockLength);
        int start = _buffer.Count;
        // The position of the table, and where its fields are in it.
        _buffer.Add(16);
        _buffer.Add([12, 0, 20, 0, 16, 0, 4, 0, 8, 0, 12, 0]);
        // The table: how far its list of fields is, the schema, the dictionaries, the batches, and the version.
        _buffer.Add(12);
        _buffer.Add(schemaStart + FlatTable.Root(schema).Table(2)!.Value.Position - SchemaSlot);
        _buffer.Add(36 - 24);
        _buffer.Add(44 - 28);
        _buffer.Add(Version);
        // No dictionaries. Then, after four bytes for the alignment of what follows, the batches.
        _buffer.Add(0);
        _buffer.Add(0);
        _buffer.Add(_blocks.Count);
        foreach (ArrowBlock block in _blocks)
        {
            _buffer.Add(block.Start);
            _buffer.Add((long)block.MetadataLength);
            _buffer.Add(block.BodyLength);
        }

        _buffer.Add(schema);
        return _buffer.Count - start;
    }

    private void WriteBuffer()
    {
        _buffer.WriteTo(_stream);
        Position += _buffer.Count;
        _buffer.Clear();
    }
}
