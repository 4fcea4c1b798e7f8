namespace CohereShell.Formats;

/// <summary>Reads some rows of a batch as embeddings.</summary>
internal sealed class ArrowEmbeddingRows : IDisposable
{
    // The most rows that are read at once, for columns whose sizes aren't known before.
    private const int MostRows = 4096;

    private static readonly JsonReaderOptions JsonOptions = new() { MaxDepth = 128 };

    private readonly ArrowEmbeddingLayout _layout;
    private readonly List<int> _columns = [];
    private readonly List<ArrowValues> _values = [];
    private readonly ArrowNumbers? _index;
    private readonly ArrowTexts? _text;
    private readonly ArrowTexts? _path;
    private readonly ArrowTexts? _id;
    private readonly ArrowTexts? _inputType;
    private readonly ArrowTexts? _inputObject;
    private readonly (ArrowVectors Vectors, EmbeddingForm Form)[] _vectors;
    private readonly (ArrowValues Values, JsonEncodedText Name)[] _properties;
    private readonly MemoryStream _json = new();
    private readonly Utf8JsonWriter _writer;

    public ArrowEmbeddingRows(ArrowFile file, ArrowEmbeddingLayout layout, bool hasVectors)
    {
        _layout = layout;
        _index = Add(layout.Index, field => new ArrowNumbers(file, field));
        _text = Add(layout.Text, field => new ArrowTexts(file, field));
        _path = Add(layout.Path, field => new ArrowTexts(file, field));
        _id = Add(layout.Id, field => new ArrowTexts(file, field));
        _inputType = Add(layout.InputType, field => new ArrowTexts(file, field));
        _inputObject = Add(layout.InputObject, field => new ArrowTexts(file, field));
        _vectors = hasVectors ? layout.Vectors.Select(vector => (Add(vector.Column, field => new ArrowVectors(file, field))!, vector.Form)).ToArray() : [];
        _properties = layout.Properties.Select(property => (Add(property.Column, field => ArrowValues.Create(file, field)!)!, JsonEncodedText.Encode(property.Name, JsonBody.WriterOptions.Encoder))).ToArray();
        _writer = new Utf8JsonWriter(_json, new JsonWriterOptions { Encoder = JsonBody.WriterOptions.Encoder, SkipValidation = true });
        int rowLength = hasVectors ? layout.Vectors.Sum(vector => (int)Math.Min(int.MaxValue / 8, (long)layout.Schema.Fields[vector.Column].Type.ListSize * layout.Schema.Fields[vector.Column].Children[0].Type.Bits / 8)) : 0;
        WindowLength = Math.Max(1, Math.Min(MostRows, ArrowEmbeddingFormat.BatchLength / Math.Max(1, rowLength)));
    }

    /// <summary>The number of rows to read at once.</summary>
    public int WindowLength { get; }

    /// <summary>Finds the columns in a batch.</summary>
    /// <exception cref="ArrowException">The batch is damaged.</exception>
    public ArrowColumn[] Find(ArrowBatch batch) => batch.Find(_layout.Schema.Fields, _columns);

    /// <summary>Reads rows.</summary>
    /// <exception cref="ArrowException">The data is damaged.</exception>
    public void Load(ArrowColumn[] columns, long first, int count)
    {
        for (int index = 0; index < columns.Length; index++)
        {
            _values[index].Load(columns[index], first, count);
        }
    }

    /// <summary>Makes the embedding of a row.</summary>
    /// <param name="row">The row, in those that were read.</param>
    /// <param name="position">The position in the file, the index if there isn't another.</param>
    /// <exception cref="ArrowException">The data is damaged.</exception>
    public Embedding Read(int row, long position)
    {
        var embedding = new Embedding
        {
            Index = _index?.Integer(row) ?? position,
            Text = _text?.Text(row),
            Path = _path?.Text(row),
            Model = _layout.Model,
            InputType = EmbedInputTypeNames.TypeOf(_inputType?.Text(row)),
            InputObject = ReadInputObject(row),
        };
        foreach ((ArrowVectors vectors, EmbeddingForm form) in _vectors)
        {
            form.Set(vectors, row, embedding);
        }

        return embedding;
    }

    public string? Id(int row) => _id?.Text(row);

    public void Dispose()
    {
        _writer.Dispose();
        _json.Dispose();
    }

    private T? Add<T>(int? column, Func<ArrowField, T> create)
        where T : ArrowValues
    {
        if (column is not { } position)
        {
            return null;
        }

        T values = create(_layout.Schema.Fields[position]);
        _columns.Add(position);
        _values.Add(values);
        return values;
    }

    private object? ReadInputObject(int row)
    {
        if (_inputObject is { } inputObject && !inputObject.IsNull(row))
        {
            return Parse(inputObject.Utf8(row));
        }

        bool hasValue = false;
        foreach ((ArrowValues values, _) in _properties)
        {
            hasValue |= !values.IsNull(row);
        }

        if (!hasValue)
        {
            return null;
        }

        _json.SetLength(0);
        _writer.Reset();
        _writer.WriteStartObject();
        foreach ((ArrowValues values, JsonEncodedText name) in _properties)
        {
            _writer.WritePropertyName(name);
            if (values.IsNull(row))
            {
                _writer.WriteNullValue();
            }
            else
            {
                values.WriteTo(_writer, row);
            }
        }

        _writer.WriteEndObject();
        _writer.Flush();
        return Parse(_json.GetBuffer().AsSpan(0, (int)_json.Length));
    }

    private static object Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, JsonOptions);
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException exception)
        {
            throw new ArrowException("an input object isn't JSON.", exception);
        }
    }
}
