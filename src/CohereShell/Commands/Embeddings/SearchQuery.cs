using System.Globalization;
using System.Text.RegularExpressions;

namespace CohereShell.Commands;

/// <summary>The request for the embedding of a query.</summary>
internal static class SearchQuery
{
    // embed-v4.0 and later support several dimensions. Older models, such as embed-english-v3.0, have only one.
    private static readonly Regex VersionInName = new(@"(?:^|[-_])v-?(\d{1,4})(?!\d)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <param name="text">The query.</param>
    /// <param name="model">The model of the embeddings.</param>
    /// <param name="sample">One of the embeddings. The query gets its dimension and its format.</param>
    public static EmbedRequest For(string text, string model, Embedding sample) => new()
    {
        Model = model,
        Texts = [text],
        InputType = EmbedInputType.SearchQuery,
        OutputDimension = HasDimensions(model) && sample.Dimension is 256 or 512 or 1024 or 1536 ? sample.Dimension : null,
        EmbeddingTypes = [FormOf(sample)],
    };

    private static bool HasDimensions(string model) =>
        VersionInName.Match(model) is { Success: true } match && int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) >= 4;

    private static EmbeddingType FormOf(Embedding embedding) => embedding switch
    {
        { Vector.Length: > 0 } or { Base64.Length: > 0 } => EmbeddingType.Float,
        { Int8.Length: > 0 } => EmbeddingType.Int8,
        { Uint8.Length: > 0 } => EmbeddingType.Uint8,
        { Binary.Length: > 0 } => EmbeddingType.Binary,
        _ => EmbeddingType.Ubinary,
    };
}
