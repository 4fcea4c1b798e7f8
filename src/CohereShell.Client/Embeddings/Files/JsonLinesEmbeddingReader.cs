namespace CohereShell;

/// <summary>
/// Reads embeddings from JSON Lines: the module's rows, and results of embed jobs. Other fields of these become properties
/// of the input object. See <see href="https://docs.cohere.com/docs/embed-jobs-api"/>.
/// </summary>
internal sealed class JsonLinesEmbeddingReader : IEmbeddingReader
{
    // As deep as the written rows: 64 levels of an input object inside the row.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 128 };

    // If the first lines are all bad, the file is something else, and an error for each line wouldn't help.
    private const int MostBadLinesAtFirst = 10;

    private readonly Stream _stream;
    private readonly LineReader _lines;
    private long _index;
    private int _badLines;
    private bool _hasGoodLine;

    public JsonLinesEmbeddingReader(Stream stream)
    {
        _stream = stream;
        _lines = new LineReader(stream);
    }

    public Embedding? Read()
    {
        while (TryReadLine(out ReadOnlySpan<byte> line))
        {
            if (_lines.LineNumber == 1 && line.StartsWith("\uFEFF"u8))
            {
                line = line.Slice(3);
            }

            if (IsBlank(line))
            {
                continue;
            }

            try
            {
                Embedding embedding = ReadRow(line);
                _hasGoodLine = true;
                return embedding;
            }
            catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
            {
                // FormatException: a number is out of range. InvalidOperationException: a string isn't valid UTF-8.
                throw BadLine(exception);
            }
            finally
            {
                _index++;
            }
        }

        return null;
    }

    public void Dispose() => _stream.Dispose();

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        try
        {
            return _lines.TryRead(out line);
        }
        catch (LineTooLongException exception)
        {
            throw new EmbeddingFileException($"{exception.Message}, which is too long for an embedding.", isLast: false, exception);
        }
    }

    private EmbeddingFileException BadLine(Exception exception)
    {
        // The reader parsed a single line and counts from 0.
        string reason = exception is JsonException { BytePositionInLine: { } position }
            ? FormattableString.Invariant($"{exception.Message.Substring(0, Math.Max(0, exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal)))} (at byte {position + 1})")
            : exception is InvalidOperationException ? "its text isn't UTF-8."
            : exception.Message;
        bool isLast = !_hasGoodLine && ++_badLines == MostBadLinesAtFirst;
        return new EmbeddingFileException(
            FormattableString.Invariant($"Line {_lines.LineNumber} isn't an embedding: {reason}{(isLast ? " None of the lines so far is an embedding, so the rest of the file wasn't read." : string.Empty)}"),
            isLast,
            exception);
    }

    private static bool IsBlank(ReadOnlySpan<byte> line)
    {
        foreach (byte character in line)
        {
            if (character is not ((byte)' ' or (byte)'\t' or (byte)'\r'))
            {
                return false;
            }
        }

        return true;
    }

    private Embedding ReadRow(ReadOnlySpan<byte> line)
    {
        var embedding = new Embedding { Index = _index };
        Dictionary<string, JsonElement>? others = null;
        var reader = new Utf8JsonReader(line, Options);
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject, "it isn't a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("embeddings"u8))
            {
                reader.Read();
                ReadForms(ref reader, embedding);
            }
            else if (!ReadField(ref reader, embedding, out string name))
            {
                others ??= new Dictionary<string, JsonElement>();
                others[name] = JsonElement.ParseValue(ref reader);
            }
        }

        Expect(reader.TokenType == JsonTokenType.EndObject && !reader.Read(), "there is more text after the object.");
        Expect(embedding.Dimension > 0, "its property 'embeddings' doesn't contain numbers.");
        if (others is not null && embedding.InputObject is null)
        {
            embedding.InputObject = ToElement(others);
        }

        return embedding;
    }

    /// <summary>
    /// Reads a field of an embedding. A field with the same name but another type of value isn't part of the format: whoever
    /// wrote the row added it.
    /// </summary>
    private static bool ReadField(ref Utf8JsonReader reader, Embedding embedding, out string name)
    {
        name = reader.GetString()!;
        reader.Read();
        switch (name)
        {
            case "text" when IsText(reader):
                embedding.Text = reader.GetString();
                return true;
            case "path" when IsText(reader):
                embedding.Path = reader.GetString();
                return true;
            case "model" when IsText(reader):
                embedding.Model = reader.GetString() ?? string.Empty;
                return true;
            case "index" when reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long index):
                embedding.Index = index;
                return true;
            case "input_type" when IsText(reader) && (reader.TokenType == JsonTokenType.Null || EmbedInputTypeNames.TypeOf(reader.GetString()) is not null):
                embedding.InputType = EmbedInputTypeNames.TypeOf(reader.GetString());
                return true;
            case "input_object":
                embedding.InputObject = reader.TokenType == JsonTokenType.Null ? null : JsonElement.ParseValue(ref reader);
                return true;
            default:
                return false;
        }
    }

    private static bool IsText(in Utf8JsonReader reader) => reader.TokenType is JsonTokenType.String or JsonTokenType.Null;

    private static void ReadForms(ref Utf8JsonReader reader, Embedding embedding)
    {
        Expect(reader.TokenType == JsonTokenType.StartObject, "its property 'embeddings' isn't an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string form = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            if (VectorJson.TryRead(ref reader, form, embedding))
            {
                continue;
            }

            if (form == "base64")
            {
                embedding.Base64 = reader.GetString();
            }
            else
            {
                // A number format that is newer than this module.
                reader.Skip();
            }
        }
    }

    private static JsonElement ToElement(Dictionary<string, JsonElement> fields)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonBody.WriterOptions))
        {
            writer.WriteStartObject();
            foreach (KeyValuePair<string, JsonElement> field in fields)
            {
                writer.WritePropertyName(field.Key);
                field.Value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        var reader = new Utf8JsonReader(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), Options);
        return JsonElement.ParseValue(ref reader);
    }

    private static void Expect(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new JsonException(otherwise);
        }
    }
}
