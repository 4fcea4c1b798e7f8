using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>A response of parse.</summary>
internal sealed record SentParse(string Id, IReadOnlyList<SentPage> Pages, ResponseMeta Meta);

/// <summary>A page. It has the field that its type names.</summary>
internal sealed record SentPage(int Index, string Type)
{
    public SentMarkdown? Markdown { get; init; }

    public IReadOnlyList<SentBlock>? Blocks { get; init; }
}

/// <summary>A page in Markdown.</summary>
internal sealed record SentMarkdown(string Content, IReadOnlyList<SentImage> Images);

/// <summary>A block. It has the field that its type names.</summary>
internal sealed record SentBlock(string Type)
{
    public SentTextBlock? Text { get; init; }

    public SentImage? Image { get; init; }

    public SentTable? Table { get; init; }
}

/// <summary>The content of a text block.</summary>
internal sealed record SentTextBlock(string Content);

/// <summary>An image on a page.</summary>
internal sealed record SentImage(string Id, string Description, string Category, SentPixelBox BoundingBox, SentBox BoundingBoxNormalized);

/// <summary>A table on a page.</summary>
internal sealed record SentTable(string Type, string Html, string Title, string Description, SentPixelBox BoundingBox, SentBox BoundingBoxNormalized);

/// <summary>A place on a page, in pixels.</summary>
internal sealed record SentPixelBox(long TopLeftX, long TopLeftY, long BottomRightX, long BottomRightY);

/// <summary>A place on a page, as fractions of its size.</summary>
internal sealed record SentBox(double TopLeftX, double TopLeftY, double BottomRightX, double BottomRightY);

/// <summary>Serialization code for responses of parse.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentParse))]
internal sealed partial class ParseJson : JsonSerializerContext;
