namespace CohereShell;

/// <summary>
/// Writes embeddings as JSON Lines, one on each line, with the numbers as in the results of embed jobs:
/// <c>{"index":0,"text":"…","path":"…","model":"…","input_type":"search_document","embeddings":{"float":[…]},"input_object":{…}}</c>.
/// Missing values are left out.
/// </summary>
internal sealed class JsonLinesEmbeddingWriter : IEmbeddingWriter, IDisposable
{
    private readonly Stream _stream;
    private readonly EmbeddingFileRule _rule;
    private readonly MemoryStream _row = new();
    private readonly Utf8JsonWriter _json;

    public JsonLinesEmbeddingWriter(Stream stream, EmbeddingFileRule rule)
    {
        _stream = stream;
        _rule = rule;
        _json = new Utf8JsonWriter(_row, new JsonWriterOptions { Encoder = JsonBody.WriterOptions.Encoder, SkipValidation = true });
    }

    public void Write(Embedding embedding, ReadOnlySpan<byte> inputObject)
    {
        _rule.Apply(embedding);
        // The row is completed before any of it is written to the file.
        _row.SetLength(0);
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, embedding.Index);
        WriteText("text", embedding.Text);
        WriteText("path", embedding.Path);
        WriteText("model", embedding.Model.Length > 0 ? embedding.Model : null);
        WriteText("input_type", embedding.InputType is { } type ? EmbedInputTypeNames.NameOf(type) : null);
        WriteForms(embedding);
        if (!inputObject.IsEmpty)
        {
            _json.WritePropertyName("input_object"u8);
            _json.WriteRawValue(inputObject, skipInputValidation: true);
        }

        _json.WriteEndObject();
        _json.Flush();
        _row.WriteByte((byte)'\n');
        _stream.Write(_row.GetBuffer(), 0, (int)_row.Length);
    }

    public void Complete()
    {
        // Nothing to add: each row is complete.
    }

    public void Dispose()
    {
        _json.Dispose();
        _row.Dispose();
    }

    private void WriteText(string name, string? text)
    {
        if (text is not null)
        {
            _json.WriteString(name, text);
        }
    }

    private void WriteForms(Embedding embedding)
    {
        _json.WriteStartObject("embeddings"u8);
        if (embedding.Vector is { } vector)
        {
            _json.WriteStartArray("float"u8);
            foreach (float number in vector)
            {
                _json.WriteFraction(number);
            }

            _json.WriteEndArray();
        }

        WriteSigned("int8", embedding.Int8);
        WriteUnsigned("uint8", embedding.Uint8);
        WriteSigned("binary", embedding.Binary);
        WriteUnsigned("ubinary", embedding.Ubinary);
        WriteText("base64", embedding.Base64);
        _json.WriteEndObject();
    }

    private void WriteSigned(string name, sbyte[]? numbers)
    {
        if (numbers is null)
        {
            return;
        }

        _json.WriteStartArray(name);
        foreach (sbyte number in numbers)
        {
            _json.WriteNumberValue(number);
        }

        _json.WriteEndArray();
    }

    private void WriteUnsigned(string name, byte[]? numbers)
    {
        if (numbers is null)
        {
            return;
        }

        _json.WriteStartArray(name);
        foreach (byte number in numbers)
        {
            _json.WriteNumberValue(number);
        }

        _json.WriteEndArray();
    }
}
