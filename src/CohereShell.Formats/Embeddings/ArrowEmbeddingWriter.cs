using System.Globalization;
using System.Text;

namespace CohereShell.Formats;

/// <summary>
/// Writes embeddings to an Arrow file, one record batch after the other. The first batch determines the columns, so that its rows
/// wait until it's full.
/// </summary>
internal sealed class ArrowEmbeddingWriter : IEmbeddingBatchWriter
{
    private readonly Stream _stream;
    private readonly IReadOnlyDictionary<string, string> _metadata;
    private readonly List<(Embedding Embedding, byte[] InputObject, string? Id)> _waiting = [];
    private ArrowWriter? _writer;
    private ArrowSchema? _schema;
    private IReadOnlyList<ArrowColumnBuilder> _columns = [];
    private IReadOnlyList<(ArrowColumnBuilder Column, EmbeddingForm Form)> _vectors = [];
    private KeptPropertyWriter _properties = new([]);
    private long _waitingLength;
    private int _rows;
    private bool _startedWithBatch;

    /// <summary>Starts a file.</summary>
    public ArrowEmbeddingWriter(Stream stream, EmbeddingFileRule rule, IReadOnlyDictionary<string, string> metadata)
    {
        _stream = stream;
        Rule = rule;
        _metadata = metadata;
    }

    private ArrowEmbeddingWriter(Stream stream, EmbeddingFileRule rule, ArrowSchema schema, IEnumerable<ArrowBlock> batches, long position)
        : this(stream, rule, schema.Metadata)
    {
        Begin(schema, new ArrowWriter(stream, schema, batches, position));
    }

    public EmbeddingFileRule Rule { get; }

    public long Position => _writer?.Position ?? 0;

    /// <summary>Continues a file of this module.</summary>
    /// <exception cref="EmbeddingFileException">It isn't such a file.</exception>
    public static ArrowEmbeddingWriter Continue(Stream file, Stream target, bool mayBeIncomplete)
    {
        var batches = new List<ArrowBlock>();
        ArrowFile? arrow = ArrowEmbeddingErrors.Guard<ArrowFile?>(() =>
        {
            ArrowFile opened;
            try
            {
                opened = new ArrowFile(file);
            }
            catch (ArrowException exception) when (exception.IsBeginning && mayBeIncomplete)
            {
                return null;
            }

            while (opened.Next() is { } block)
            {
                batches.Add(block);
            }

            return opened;
        });
        if (arrow is null)
        {
            return new ArrowEmbeddingWriter(target, new EmbeddingFileRule(), new Dictionary<string, string>());
        }

        if (!arrow.IsComplete && !mayBeIncomplete)
        {
            throw new EmbeddingFileException("The file is incomplete: its writer was interrupted, or the file was cut off.", isLast: true);
        }

        ArrowEmbeddingLayout layout = ArrowEmbeddingLayout.Of(arrow.Schema, new EmbeddingColumns());
        if (!layout.IsOwn || !arrow.Schema.Fields.All(field => IsWritten(field, layout.Dimension)))
        {
            throw new EmbeddingFileException("Another program wrote the file, so that its columns are different.", isLast: true);
        }

        // A file without vectors has no columns for them. It starts again.
        return batches.Count == 0
            ? new ArrowEmbeddingWriter(target, new EmbeddingFileRule(), ExtraMetadata(arrow.Schema.Metadata))
            : new ArrowEmbeddingWriter(target, new EmbeddingFileRule(layout.Model, layout.Dimension), arrow.Schema, batches, batches[batches.Count - 1].End);
    }

    public void Write(Embedding embedding, ReadOnlySpan<byte> inputObject) => Write(embedding, inputObject, null);

    public void Write(Embedding embedding, ReadOnlySpan<byte> inputObject, string? id)
    {
        Rule.Apply(embedding);
        if (_schema is null)
        {
            _waiting.Add((embedding, inputObject.ToArray(), id));
            _waitingLength += LengthOf(embedding, inputObject);
            if (_waiting.Count >= ArrowEmbeddingFormat.BatchRows || _waitingLength >= ArrowEmbeddingFormat.BatchLength)
            {
                Flush();
            }

            return;
        }

        CheckForms(embedding);
        Add(embedding, inputObject, id);
        if (_rows >= ArrowEmbeddingFormat.BatchRows || _columns.Sum(column => column.Size) >= ArrowEmbeddingFormat.BatchLength)
        {
            Flush();
        }
    }

    public void Flush()
    {
        _startedWithBatch = false;
        if (_schema is null)
        {
            if (_waiting.Count == 0)
            {
                return;
            }

            _startedWithBatch = true;
            Begin();
        }

        if (_rows > 0)
        {
            int rows = _rows;
            _rows = 0;
            _writer!.Write(rows, _columns);
        }
    }

    public void Undo()
    {
        _writer!.Undo();
        if (_startedWithBatch)
        {
            // The schema wasn't written either.
            _writer.Dispose();
            _writer = null;
            _schema = null;
        }
    }

    public void Complete()
    {
        Flush();
        if (_schema is null)
        {
            Begin();
        }

        _writer!.Complete();
    }

    public void Copy(IEmbeddingTable table, Func<long, bool> keeps)
    {
        var source = (ArrowEmbeddingTable)table;
        if (_schema is null && _waiting.Count == 0 && Rule.Dimension == 0 && source is { Layout.IsOwn: true, Count: > 0 })
        {
            ArrowSchema schema = WithOwnMetadata(source.Layout.Schema);
            Begin(schema, new ArrowWriter(_stream, schema));
            Rule.Apply(source.Read(0));
        }

        bool isSame = _schema is not null && IsSame(_schema, source.Layout.Schema);
        foreach ((ArrowBatch batch, ArrowBlock block, long first) in source.Batches)
        {
            bool[] kept = new bool[checked((int)batch.Rows)];
            for (int row = 0; row < kept.Length; row++)
            {
                kept[row] = keeps(first + row);
            }

            if (isSame && block.BodyLength <= 16L * ArrowEmbeddingFormat.BatchLength && Array.TrueForAll(kept, keep => keep))
            {
                Flush();
                ArrowEmbeddingErrors.Guard(() =>
                {
                    _writer!.Copy(source.File, block);
                    return 0;
                });
                continue;
            }

            for (int row = 0; row < kept.Length; row++)
            {
                if (kept[row])
                {
                    EmbeddingRow whole = source.ReadWhole(first + row);
                    Write(whole.Embedding, whole.Embedding.InputObject is JsonElement json ? Encoding.UTF8.GetBytes(json.GetRawText()) : default, whole.Id);
                }
            }
        }
    }

    public void Dispose() => _writer?.Dispose();

    private static bool IsSame(ArrowSchema left, ArrowSchema right) =>
        left.Fields.Count == right.Fields.Count
        && left.Fields.Zip(right.Fields, (a, b) => a.Name == b.Name && a.Type == b.Type && IsSameProperty(a, b)).All(same => same)
        && ModelOf(left) == ModelOf(right);

    private static bool IsSameProperty(ArrowField left, ArrowField right) =>
        left.Children.Count == right.Children.Count
        && left.Children.Zip(right.Children, (a, b) => a.Type == b.Type).All(same => same)
        && left.Metadata.TryGetValue(ArrowEmbeddingFormat.PropertyKey, out string? one) == right.Metadata.TryGetValue(ArrowEmbeddingFormat.PropertyKey, out string? two)
        && one == two;

    private static string? ModelOf(ArrowSchema schema) => schema.Metadata.TryGetValue(ArrowEmbeddingFormat.ModelKey, out string? model) ? model : null;

    private static Dictionary<string, string> ExtraMetadata(IReadOnlyDictionary<string, string> metadata) =>
        metadata.Where(pair => pair.Key is not (ArrowEmbeddingFormat.VersionKey or ArrowEmbeddingFormat.ModelKey or ArrowEmbeddingFormat.InputTypeKey or ArrowEmbeddingFormat.DimensionKey))
            .ToDictionary(pair => pair.Key, pair => pair.Value);

    // What the other file tells besides its columns and its model doesn't apply to this one.
    private ArrowSchema WithOwnMetadata(ArrowSchema schema)
    {
        Dictionary<string, string> extra = ExtraMetadata(schema.Metadata);
        Dictionary<string, string> metadata = schema.Metadata.Where(pair => !extra.ContainsKey(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value);
        foreach (KeyValuePair<string, string> pair in _metadata)
        {
            metadata[pair.Key] = pair.Value;
        }

        return schema with { Metadata = metadata };
    }

    private static long LengthOf(Embedding embedding, ReadOnlySpan<byte> inputObject) =>
        inputObject.Length + (embedding.Text?.Length ?? 0) + (sizeof(float) * (long)embedding.Dimension);

    // What is damaged or was changed can still look like a file of this module, and the columns of its types can't be written.
    private static bool IsWritten(ArrowField field, int dimension)
    {
        if (field.Dictionary is not null)
        {
            return false;
        }

        if (field.Metadata.ContainsKey(ArrowEmbeddingFormat.PropertyKey))
        {
            return field.Type == ArrowType.Utf8 || field.Type == ArrowType.Bool || field.Type == ArrowType.Int64 || field.Type == ArrowType.Double;
        }

        if (ArrowEmbeddingFormat.Forms.FirstOrDefault(form => form.Name == field.Name) is { } form)
        {
            return dimension >= form.Dimensions && field.Type == form.ToField(dimension).Type && field.Children.Count == 1 && field.Children[0] is { Dictionary: null } element && element.Type == form.Element;
        }

        return field.Name switch
        {
            ArrowEmbeddingFormat.Index => field.Type == ArrowType.Int64,
            ArrowEmbeddingFormat.Text or ArrowEmbeddingFormat.Path or ArrowEmbeddingFormat.Id or ArrowEmbeddingFormat.InputType or ArrowEmbeddingFormat.InputObject => field.Type == ArrowType.Utf8,
            _ => false,
        };
    }

    // Determines the columns from the rows that wait.
    private void Begin()
    {
        var fields = new List<ArrowField>
        {
            new(ArrowEmbeddingFormat.Index, ArrowType.Int64),
            new(ArrowEmbeddingFormat.Text, ArrowType.Utf8),
            new(ArrowEmbeddingFormat.Path, ArrowType.Utf8),
        };
        if (_waiting.Exists(row => row.Id is not null))
        {
            fields.Add(new ArrowField(ArrowEmbeddingFormat.Id, ArrowType.Utf8));
        }

        fields.Add(new ArrowField(ArrowEmbeddingFormat.InputType, ArrowType.Utf8));
        List<ArrowField> vectors = ArrowEmbeddingFormat.Forms
            .Where(form => _waiting.Exists(row => ArrowEmbeddingFormat.Has(row.Embedding, form)))
            .Select(form => form.ToField(Rule.Dimension))
            .ToList();
        var properties = new KeptProperties();
        foreach ((_, byte[] inputObject, _) in _waiting)
        {
            properties.Add(inputObject);
        }

        var last = new ArrowField(ArrowEmbeddingFormat.InputObject, ArrowType.Utf8);
        fields.AddRange(properties.ToFields([.. fields.Select(field => field.Name), last.Name, .. ArrowEmbeddingFormat.Forms.Select(form => form.Name)]));
        fields.Add(last);
        fields.AddRange(vectors);
        var metadata = new Dictionary<string, string>
        {
            [ArrowEmbeddingFormat.VersionKey] = ArrowEmbeddingFormat.Version,
            [ArrowEmbeddingFormat.DimensionKey] = Rule.Dimension.ToString(CultureInfo.InvariantCulture),
        };
        if (Rule.Model.Length > 0)
        {
            metadata[ArrowEmbeddingFormat.ModelKey] = Rule.Model;
        }

        if (_waiting.Count > 0 && _waiting[0].Embedding.InputType is { } type && _waiting.TrueForAll(row => row.Embedding.InputType == type))
        {
            metadata[ArrowEmbeddingFormat.InputTypeKey] = EmbedInputTypeNames.NameOf(type);
        }

        foreach (KeyValuePair<string, string> pair in _metadata)
        {
            metadata[pair.Key] = pair.Value;
        }

        var schema = new ArrowSchema(fields, metadata);
        Begin(schema, new ArrowWriter(_stream, schema));
        foreach ((Embedding embedding, byte[] inputObject, string? id) in _waiting)
        {
            Add(embedding, inputObject, id);
        }

        _waiting.Clear();
        _waitingLength = 0;
    }

    private void Begin(ArrowSchema schema, ArrowWriter writer)
    {
        _schema = schema;
        _writer = writer;
        _columns = schema.Fields.Select(field => new ArrowColumnBuilder(field)).ToArray();
        ArrowColumnBuilder[] own = _columns.Where(column => !column.Field.Metadata.ContainsKey(ArrowEmbeddingFormat.PropertyKey)).ToArray();
        _vectors = ArrowEmbeddingFormat.Forms
            .SelectMany(form => own.Where(column => column.Field.Name == form.Name).Select(column => (column, form)))
            .ToArray();
        _properties = new KeptPropertyWriter(_columns.Where(column => column.Field.Metadata.ContainsKey(ArrowEmbeddingFormat.PropertyKey)));
    }

    private void CheckForms(Embedding embedding)
    {
        foreach (EmbeddingForm form in ArrowEmbeddingFormat.Forms)
        {
            if (ArrowEmbeddingFormat.Has(embedding, form) && !_vectors.Any(vector => vector.Form == form))
            {
                throw new EmbeddingException(EmbeddingProblem.NoCommonForm, $"The embedding has numbers in the format {form.Name}, but the file has columns for {string.Join(" and ", _vectors.Select(vector => vector.Form.Name))} only: its first embeddings determine them.");
            }
        }
    }

    private void Add(Embedding embedding, ReadOnlySpan<byte> inputObject, string? id)
    {
        bool isWhole = _properties.Write(inputObject);
        foreach (ArrowColumnBuilder column in _columns)
        {
            switch (column.Field.Name)
            {
                case var _ when column.Field.Metadata.ContainsKey(ArrowEmbeddingFormat.PropertyKey) || column.Field.Type.Kind == ArrowKind.FixedSizeList:
                    break;
                case ArrowEmbeddingFormat.Index:
                    column.Add(embedding.Index);
                    break;
                case ArrowEmbeddingFormat.Text:
                    column.Add(embedding.Text);
                    break;
                case ArrowEmbeddingFormat.Path:
                    column.Add(embedding.Path);
                    break;
                case ArrowEmbeddingFormat.Id:
                    column.Add(id);
                    break;
                case ArrowEmbeddingFormat.InputType:
                    column.Add(embedding.InputType is { } type ? EmbedInputTypeNames.NameOf(type) : null);
                    break;
                case ArrowEmbeddingFormat.InputObject when isWhole:
                    column.AddNull();
                    break;
                default:
                    column.Add(inputObject);
                    break;
            }
        }

        foreach ((ArrowColumnBuilder column, EmbeddingForm form) in _vectors)
        {
            form.Add(column, embedding);
        }

        _rows++;
    }
}
