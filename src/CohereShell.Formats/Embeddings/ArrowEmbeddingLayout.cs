using System.Globalization;

namespace CohereShell.Formats;

/// <summary>
/// Which columns of an Arrow file have what. In a file of this module, the names tell. In a file of another program, the texts
/// are in the column 'text' or the only column of texts, and the vectors in the column 'vector', 'embedding' or 'embeddings', or
/// the only column of vectors.
/// </summary>
internal sealed class ArrowEmbeddingLayout
{
    private static readonly string[] TextNames = [ArrowEmbeddingFormat.Text];
    private static readonly string[] VectorNames = ["vector", "embedding", "embeddings"];

    private ArrowEmbeddingLayout(ArrowSchema schema, bool isOwn)
    {
        Schema = schema;
        IsOwn = isOwn;
        Model = schema.Metadata.TryGetValue(ArrowEmbeddingFormat.ModelKey, out string? model) ? model : string.Empty;
        Dimension = schema.Metadata.TryGetValue(ArrowEmbeddingFormat.DimensionKey, out string? text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int dimension) ? dimension : 0;
    }

    public ArrowSchema Schema { get; }

    /// <summary>Whether this module wrote the file.</summary>
    public bool IsOwn { get; }

    public string Model { get; }

    public int Dimension { get; private set; }

    public int? Index { get; private set; }

    public int? Text { get; private set; }

    public int? Path { get; private set; }

    public int? Id { get; private set; }

    public int? InputType { get; private set; }

    public int? InputObject { get; private set; }

    /// <summary>The columns of vectors, with the forms that they are.</summary>
    public IReadOnlyList<(int Column, EmbeddingForm Form)> Vectors { get; private set; } = [];

    /// <summary>The columns of properties of input objects, with their names.</summary>
    public IReadOnlyList<(int Column, string Name)> Properties { get; private set; } = [];

    /// <exception cref="EmbeddingFileException">It isn't clear which columns to use.</exception>
    public static ArrowEmbeddingLayout Of(ArrowSchema schema, EmbeddingColumns columns)
    {
        if (schema.Metadata.TryGetValue(ArrowEmbeddingFormat.VersionKey, out string? version) && version != ArrowEmbeddingFormat.Version)
        {
            throw new EmbeddingFileException($"The file has version {version} of the format, which this version of the module can't read. Update the module: Update-PSResource CohereShell", isLast: true);
        }

        var layout = new ArrowEmbeddingLayout(schema, version is not null);
        if (layout.IsOwn && columns is { Text: null, Vector: null })
        {
            layout.FindOwn();
        }
        else
        {
            layout.FindForeign(columns);
        }

        return layout;
    }

    private void FindOwn()
    {
        Index = Find(ArrowEmbeddingFormat.Index, IsInteger);
        Text = Find(ArrowEmbeddingFormat.Text, ArrowTexts.Supports);
        Path = Find(ArrowEmbeddingFormat.Path, ArrowTexts.Supports);
        Id = Find(ArrowEmbeddingFormat.Id, field => ArrowTexts.Supports(field) && !field.Metadata.ContainsKey(ArrowEmbeddingFormat.PropertyKey));
        InputType = Find(ArrowEmbeddingFormat.InputType, ArrowTexts.Supports);
        InputObject = Find(ArrowEmbeddingFormat.InputObject, ArrowTexts.Supports);
        var vectors = new List<(int, EmbeddingForm)>();
        foreach (EmbeddingForm form in ArrowEmbeddingFormat.Forms)
        {
            if (Find(form.Name, field => ArrowVectors.Supports(field) && field.Children[0].Type == form.Element && !field.Metadata.ContainsKey(ArrowEmbeddingFormat.PropertyKey)) is { } column)
            {
                vectors.Add((column, form));
            }
        }

        Vectors = vectors;
        var properties = new List<(int, string)>();
        for (int column = 0; column < Schema.Fields.Count; column++)
        {
            if (Schema.Fields[column].Metadata.TryGetValue(ArrowEmbeddingFormat.PropertyKey, out string? name) && (ArrowTexts.Supports(Schema.Fields[column]) || ArrowNumbers.Supports(Schema.Fields[column])))
            {
                properties.Add((column, name));
            }
        }

        Properties = properties;
    }

    private void FindForeign(EmbeddingColumns columns)
    {
        int vector = Choose("vectors", "-VectorColumn", columns.Vector, VectorNames, ArrowVectors.Supports)
            ?? throw new EmbeddingFileException("The file has no column of vectors: lists of floating-point or 8-bit numbers.", isLast: true);
        ArrowField field = Schema.Fields[vector];
        string form = field.Children[0].Type switch
        {
            { Kind: ArrowKind.FloatingPoint } => "vector",
            { IsSigned: true } => "int8",
            _ => "uint8",
        };
        Vectors = [(vector, ArrowEmbeddingFormat.Forms.First(candidate => candidate.Name == form))];
        Dimension = field.Type.ListSize;
        Text = Choose("texts", "-TextColumn", columns.Text, TextNames, ArrowTexts.Supports);
        Index = Find(ArrowEmbeddingFormat.Index, IsInteger);
        Path = Text is { } text && Schema.Fields[text].Name == ArrowEmbeddingFormat.Path ? null : Find(ArrowEmbeddingFormat.Path, ArrowTexts.Supports);
        var properties = new List<(int, string)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int column = 0; column < Schema.Fields.Count; column++)
        {
            ArrowField other = Schema.Fields[column];
            if (column != Text && column != Index && column != Path && (ArrowTexts.Supports(other) || ArrowNumbers.Supports(other)) && other.Name.Length > 0 && names.Add(other.Name))
            {
                properties.Add((column, other.Name));
            }
        }

        Properties = properties;
    }

    private int? Choose(string kind, string parameter, string? wanted, string[] names, Func<ArrowField, bool> fits)
    {
        int[] fitting = Enumerable.Range(0, Schema.Fields.Count).Where(column => fits(Schema.Fields[column])).ToArray();
        if (wanted is not null)
        {
            int[] found = fitting.Where(column => string.Equals(Schema.Fields[column].Name, wanted, StringComparison.OrdinalIgnoreCase)).ToArray();
            return found.Length > 0
                ? found[0]
                : throw new EmbeddingFileException($"The file has no column '{wanted}' of {kind}. {Listed(fitting, kind)}", isLast: true);
        }

        foreach (string name in names)
        {
            int[] found = fitting.Where(column => string.Equals(Schema.Fields[column].Name, name, StringComparison.OrdinalIgnoreCase)).ToArray();
            if (found.Length > 0)
            {
                return found[0];
            }
        }

        return fitting.Length switch
        {
            0 => null,
            1 => fitting[0],
            _ => throw new EmbeddingFileException($"It isn't clear which column has the {kind}. {Listed(fitting, kind)} Specify one with {parameter}.", isLast: true),
        };
    }

    private string Listed(int[] columns, string kind) => columns.Length == 0
        ? $"It has no column of {kind}."
        : $"The columns of {kind} are {string.Join(", ", columns.Select(column => $"'{Schema.Fields[column].Name}'"))}.";

    private int? Find(string name, Func<ArrowField, bool> fits)
    {
        for (int column = 0; column < Schema.Fields.Count; column++)
        {
            if (Schema.Fields[column].Name == name && fits(Schema.Fields[column]))
            {
                return column;
            }
        }

        return null;
    }

    private static bool IsInteger(ArrowField field) => field.Type.Kind == ArrowKind.Int && ArrowNumbers.Supports(field) && !field.Metadata.ContainsKey(ArrowEmbeddingFormat.PropertyKey);
}
