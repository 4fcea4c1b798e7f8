using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace CohereShell;

/// <summary>
/// Reads embeddings in the <see cref="BinaryEmbeddingFormat">binary format</see>. While a block is parsed and its
/// embeddings are used, another thread reads and checks the next. Loading takes hardly longer than reading the file.
/// </summary>
internal sealed class BinaryEmbeddingReader : IEmbeddingReader
{
    private static readonly JsonReaderOptions InputObjectOptions = new() { MaxDepth = 128 };

    private readonly BinaryBlockReader _blocks;
    private readonly int[] _vectors = new int[BinaryEmbeddingFormat.InOrder.Length];
    private BinaryBlock _current = new();
    private BinaryBlock _next = new();
    private Task<bool>? _reading;
    private int _taken;
    private int _metadata;

    /// <param name="stream">The file. It must be seekable, and is closed with the reader.</param>
    public BinaryEmbeddingReader(Stream stream) => _blocks = new BinaryBlockReader(stream);

    public Embedding? Read()
    {
        while (_taken == _current.Count)
        {
            if (!MoveToNextBlock())
            {
                return null;
            }
        }

        _taken++;
        try
        {
            return ReadRecord();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or InvalidDataException)
        {
            // The checksum matches, so the block was written like this. Its remaining records can't be found.
            long first = _current.First + _taken;
            _taken = _current.Count;
            throw new EmbeddingFileException(FormattableString.Invariant($"The records {first} to {_current.First + _current.Count} of the file can't be read: {exception.Message}"), isLast: false, exception);
        }
    }

    public void Dispose()
    {
        try
        {
            // The file must not be closed while a block is being read.
            _reading?.Wait();
        }
        catch (AggregateException)
        {
            // The next block couldn't be read, but it isn't needed any more.
        }

        _blocks.Dispose();
    }

    private bool MoveToNextBlock()
    {
        Task<bool> reading = _reading ?? ReadAhead();
        _reading = null;
        if (!reading.GetAwaiter().GetResult())
        {
            return false;
        }

        (_current, _next) = (_next, _current);
        _taken = 0;
        _metadata = 0;
        int offset = _current.MetadataLength;
        for (int i = 0; i < _vectors.Length; i++)
        {
            _vectors[i] = offset;
            EmbeddingForms form = BinaryEmbeddingFormat.InOrder[i];
            offset += _current.Forms.HasFlag(form) ? _current.Count * BinaryEmbeddingFormat.LengthOf(form, _blocks.Dimension) : 0;
        }

        _reading = ReadAhead();
        return true;
    }

    private Task<bool> ReadAhead()
    {
        BinaryBlock block = _next;
        return Task.Run(() => _blocks.Read(block));
    }

    private Embedding ReadRecord()
    {
        var embedding = new Embedding
        {
            Index = BinaryPrimitives.ReadInt64LittleEndian(Metadata(sizeof(long))),
            Text = ReadText(),
            Path = ReadText(),
            InputObject = ReadInputObject(),
            Model = _blocks.Model,
            InputType = _current.InputType,
        };
        ReadVectors(embedding);
        return embedding;
    }

    private ReadOnlySpan<byte> Metadata(int length)
    {
        if (length < 0 || length > _current.MetadataLength - _metadata)
        {
            throw new InvalidDataException("A length in their metadata is wrong.");
        }

        ReadOnlySpan<byte> bytes = _current.Body.AsSpan(_metadata, length);
        _metadata += length;
        return bytes;
    }

    private ReadOnlySpan<byte> ReadField(out bool exists)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(Metadata(sizeof(int)));
        exists = length != -1;
        return exists ? Metadata(length) : default;
    }

    private string? ReadText()
    {
        ReadOnlySpan<byte> bytes = ReadField(out bool exists);
#if NET
        return exists ? Encoding.UTF8.GetString(bytes) : null;
#else
        return exists ? Encoding.UTF8.GetString(_current.Body, _metadata - bytes.Length, bytes.Length) : null;
#endif
    }

    private object? ReadInputObject()
    {
        ReadOnlySpan<byte> bytes = ReadField(out bool exists);
        if (!exists)
        {
            return null;
        }

        var reader = new Utf8JsonReader(bytes, InputObjectOptions);
        return JsonElement.ParseValue(ref reader);
    }

    private void ReadVectors(Embedding embedding)
    {
        if (_current.Forms.HasFlag(EmbeddingForms.Float))
        {
            embedding.Vector = ReadFloats(0);
        }

        if (_current.Forms.HasFlag(EmbeddingForms.Int8))
        {
            embedding.Int8 = ReadBytes<sbyte>(1);
        }

        if (_current.Forms.HasFlag(EmbeddingForms.Uint8))
        {
            embedding.Uint8 = ReadBytes<byte>(2);
        }

        if (_current.Forms.HasFlag(EmbeddingForms.Binary))
        {
            embedding.Binary = ReadBytes<sbyte>(3);
        }

        if (_current.Forms.HasFlag(EmbeddingForms.Ubinary))
        {
            embedding.Ubinary = ReadBytes<byte>(4);
        }

        if (_current.Forms.HasFlag(EmbeddingForms.Base64))
        {
            int length = BinaryEmbeddingFormat.LengthOf(EmbeddingForms.Base64, _blocks.Dimension);
            embedding.Base64 = Convert.ToBase64String(_current.Body, _vectors[5], length);
            _vectors[5] += length;
        }
    }

    // A single copy: from the block to the array that the user gets.
    private float[] ReadFloats(int form)
    {
        float[] numbers = Uninitialized.Array<float>(_blocks.Dimension);
        Span<byte> bytes = MemoryMarshal.AsBytes(numbers.AsSpan());
        _current.Body.AsSpan(_vectors[form], bytes.Length).CopyTo(bytes);
        _vectors[form] += bytes.Length;
        LittleEndian.Normalize(numbers);
        return numbers;
    }

    private T[] ReadBytes<T>(int form)
        where T : unmanaged
    {
        T[] numbers = Uninitialized.Array<T>(BinaryEmbeddingFormat.LengthOf(BinaryEmbeddingFormat.InOrder[form], _blocks.Dimension));
        Span<byte> bytes = MemoryMarshal.AsBytes(numbers.AsSpan());
        _current.Body.AsSpan(_vectors[form], bytes.Length).CopyTo(bytes);
        _vectors[form] += bytes.Length;
        return numbers;
    }
}
