namespace CohereShell.Formats;

/// <summary>
/// The columns and the metadata of an Arrow file of embeddings. Other programs read them as they are, so that their names and
/// types stay.
/// </summary>
internal static class ArrowEmbeddingFormat
{
    public const string Version = "1";

    // Metadata of the schema.
    public const string VersionKey = "cohere.format";
    public const string ModelKey = "cohere.model";
    public const string InputTypeKey = "cohere.input_type";
    public const string DimensionKey = "cohere.dimension";

    // Metadata of a column: the name of the property of the input objects that it has.
    public const string PropertyKey = "cohere.property";

    public const string Index = "index";
    public const string Text = "text";
    public const string Path = "path";
    public const string Id = "id";
    public const string InputType = "input_type";
    public const string InputObject = "input_object";

    /// <summary>The number of rows and bytes at which a record batch is written.</summary>
    public const int BatchRows = 1024;
    public const int BatchLength = 4 * 1024 * 1024;

    /// <summary>The columns of vectors.</summary>
    public static IReadOnlyList<EmbeddingForm> Forms { get; } =
    [
        new EmbeddingForm("vector", ArrowType.Float, 1, (builder, embedding) => builder.Add(embedding.Vector ?? (embedding.Base64 is { } base64 ? LittleEndian.FromBase64(base64) : null)), (vectors, row, embedding) => embedding.Vector = vectors.Floats(row)),
        new EmbeddingForm("int8", ArrowType.Int8, 1, (builder, embedding) => builder.Add(embedding.Int8), (vectors, row, embedding) => embedding.Int8 = vectors.Integers<sbyte>(row)),
        new EmbeddingForm("uint8", ArrowType.Uint8, 1, (builder, embedding) => builder.Add(embedding.Uint8), (vectors, row, embedding) => embedding.Uint8 = vectors.Integers<byte>(row)),
        new EmbeddingForm("binary", ArrowType.Int8, 8, (builder, embedding) => builder.Add(embedding.Binary), (vectors, row, embedding) => embedding.Binary = vectors.Integers<sbyte>(row)),
        new EmbeddingForm("ubinary", ArrowType.Uint8, 8, (builder, embedding) => builder.Add(embedding.Ubinary), (vectors, row, embedding) => embedding.Ubinary = vectors.Integers<byte>(row)),
    ];

    /// <summary>Whether an embedding has numbers for a column. Base64 is the other spelling of the floats.</summary>
    public static bool Has(Embedding embedding, EmbeddingForm form) => form.Name switch
    {
        "vector" => embedding.Vector is not null || embedding.Base64 is not null,
        "int8" => embedding.Int8 is not null,
        "uint8" => embedding.Uint8 is not null,
        "binary" => embedding.Binary is not null,
        _ => embedding.Ubinary is not null,
    };
}

/// <summary>A column of vectors.</summary>
/// <param name="Name">The name of the column.</param>
/// <param name="Element">The type of its numbers.</param>
/// <param name="Dimensions">The number of dimensions in one number.</param>
/// <param name="Add">Adds the numbers of an embedding to a column.</param>
/// <param name="Set">Sets the numbers of an embedding from a column.</param>
internal sealed record EmbeddingForm(
    string Name,
    ArrowType Element,
    int Dimensions,
    Action<ArrowColumnBuilder, Embedding> Add,
    Action<ArrowVectors, int, Embedding> Set)
{
    public ArrowField ToField(int dimension) => new(Name, new ArrowType(ArrowKind.FixedSizeList) { ListSize = dimension / Dimensions })
    {
        Children = [new ArrowField("item", Element)],
    };
}
