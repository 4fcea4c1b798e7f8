using System.Runtime.InteropServices;
using System.Text;

namespace CohereShell;

/// <summary>Writes embeddings in the <see cref="BinaryEmbeddingFormat">binary format</see>, block by block.</summary>
internal sealed class BinaryEmbeddingWriter : IEmbeddingWriter
{
    private readonly Stream _stream;
    private readonly EmbeddingFileRule _rule;
    private readonly ByteBuffer _head = new();
    private readonly ByteBuffer _metadata = new();
    private readonly ByteBuffer[] _vectors = new ByteBuffer[6];
    private bool _hasHeader;
    private EmbeddingForms _forms;
    private EmbedInputType? _inputType;
    private int _blockCount;
    private long _count;

    /// <summary>Starts a file.</summary>
    public BinaryEmbeddingWriter(Stream stream, EmbeddingFileRule rule)
        : this(stream, rule, hasHeader: false, count: 0)
    {
    }

    private BinaryEmbeddingWriter(Stream stream, EmbeddingFileRule rule, bool hasHeader, long count)
    {
        _stream = stream;
        _rule = rule;
        _hasHeader = hasHeader;
        _count = count;
        for (int i = 0; i < _vectors.Length; i++)
        {
            _vectors[i] = new ByteBuffer();
        }
    }

    /// <summary>Continues a complete file: its end is removed and written again after the new data.</summary>
    /// <exception cref="EmbeddingFileException">It isn't a complete file.</exception>
    public static BinaryEmbeddingWriter Append(Stream stream)
    {
        (EmbeddingFileRule rule, long count) = BinaryBlockReader.ReadFrame(stream);
        bool isEmpty = count == 0;
        stream.SetLength(isEmpty ? 0 : stream.Length - BinaryEmbeddingFormat.EndLength);
        stream.Position = stream.Length;
        return new BinaryEmbeddingWriter(stream, isEmpty ? new EmbeddingFileRule() : rule, !isEmpty, count);
    }

    public void Write(Embedding embedding, ReadOnlySpan<byte> inputObject)
    {
        _rule.Apply(embedding);
        EmbeddingForms forms = BinaryEmbeddingFormat.FormsOf(embedding);
        if (_blockCount > 0 && (forms != _forms || embedding.InputType != _inputType))
        {
            WriteBlock();
        }

        _forms = forms;
        _inputType = embedding.InputType;
        _metadata.Add(embedding.Index);
        _metadata.AddText(embedding.Text);
        _metadata.AddText(embedding.Path);
        _metadata.Add(inputObject.IsEmpty ? -1 : inputObject.Length);
        _metadata.Add(inputObject);
        AddVectors(embedding);
        _blockCount++;
        if (BlockLength() >= BinaryEmbeddingFormat.BlockLength)
        {
            WriteBlock();
        }
    }

    public void Complete()
    {
        if (_blockCount > 0)
        {
            WriteBlock();
        }

        WriteHeader();
        _head.Clear();
        _head.Add(BinaryEmbeddingFormat.EndMarker);
        _head.Add(0);
        _head.Add(_count);
        _head.Add(Crc32C.Compute(_head.Bytes));
        _head.WriteTo(_stream);
    }

    private void AddVectors(Embedding embedding)
    {
        if (embedding.Vector is { } vector)
        {
            _vectors[0].Add(vector);
        }

        _vectors[1].Add(MemoryMarshal.AsBytes(embedding.Int8.AsSpan()));
        _vectors[2].Add(embedding.Uint8);
        _vectors[3].Add(MemoryMarshal.AsBytes(embedding.Binary.AsSpan()));
        _vectors[4].Add(embedding.Ubinary);
        if (embedding.Base64 is { } base64)
        {
            _vectors[5].Add(LittleEndian.FromBase64(base64));
        }
    }

    private long BlockLength()
    {
        long length = _metadata.Count;
        foreach (ByteBuffer vectors in _vectors)
        {
            length += vectors.Count;
        }

        return length;
    }

    private void WriteBlock()
    {
        WriteHeader();
        int metadataLength = _metadata.Count;
        ByteBuffer body = _metadata;
        foreach (ByteBuffer vectors in _vectors)
        {
            body.Add(vectors.Bytes);
            vectors.Clear();
        }

        _head.Clear();
        _head.Add(BinaryEmbeddingFormat.BlockMarker);
        _head.Add(_blockCount);
        _head.Add(_count);
        _head.Add(metadataLength);
        _head.Add((byte)_forms);
        _head.Add((byte)(_inputType is { } type ? (int)type + 1 : 0));
        _head.Add((ushort)0);
        _head.Add(Crc32C.Compute(body.Bytes));
        _head.Add(Crc32C.Compute(_head.Bytes));
        _head.WriteTo(_stream);
        body.WriteTo(_stream);
        body.Clear();
        _count += _blockCount;
        _blockCount = 0;
    }

    private void WriteHeader()
    {
        if (_hasHeader)
        {
            return;
        }

        _hasHeader = true;
        byte[] model = Encoding.UTF8.GetBytes(_rule.Model);
        _head.Clear();
        _head.Add(BinaryEmbeddingFormat.Magic);
        _head.Add(BinaryEmbeddingFormat.Version);
        _head.Add((ushort)model.Length);
        _head.Add(_rule.Dimension);
        _head.Add(model);
        _head.Add(Crc32C.Compute(_head.Bytes));
        _head.WriteTo(_stream);
    }
}
