namespace CohereShell;

/// <summary>
/// The body of a call to embed: property for field as in <see href="https://docs.cohere.com/reference/embed"/>. One of
/// Texts, Images and Inputs.
/// </summary>
public sealed record EmbedRequest
{
    /// <summary>The most inputs of a call.</summary>
    public const int MaxInputs = 96;

    /// <summary>The model; null takes the session's.</summary>
    public string? Model { get; init; }

    /// <summary>What the embeddings are for.</summary>
    public EmbedInputType InputType { get; init; } = EmbedInputType.SearchDocument;

    /// <summary>The texts, at most 96.</summary>
    public IReadOnlyList<string>? Texts { get; init; }

    /// <summary>Images as data URIs.</summary>
    public IReadOnlyList<string>? Images { get; init; }

    /// <summary>Inputs that hold texts and images, at most 96.</summary>
    public IReadOnlyList<EmbedInput>? Inputs { get; init; }

    /// <summary>The most tokens of an input; the rest is cut off as Truncate says.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The dimensions of the embeddings: 256, 512, 1024 or 1536, with embed-v4 and newer.</summary>
    public int? OutputDimension { get; init; }

    /// <summary>The forms of the numbers; null for floating point.</summary>
    public IReadOnlyList<EmbeddingType>? EmbeddingTypes { get; init; }

    /// <summary>What becomes of inputs that are too long.</summary>
    public TruncateMode? Truncate { get; init; }

    /// <summary>0, the highest, to 999.</summary>
    public int? Priority { get; init; }

    internal int TextCount => (Texts?.Count ?? 0) + (Inputs?.Count ?? 0);

    internal int ImageCount => (Images?.Count ?? 0) + (Inputs?.Sum(input => input.Content.Count(part => part.ImageUrl is not null)) ?? 0);

    internal int Count => TextCount + (Images?.Count ?? 0);
}

/// <summary>An input that holds texts and images, which get one embedding together.</summary>
/// <param name="Content">Its parts.</param>
public sealed record EmbedInput(IReadOnlyList<EmbedContent> Content);

/// <summary>A part of an input.</summary>
public sealed class EmbedContent
{
    private EmbedContent(string type) => Type = type;

    /// <summary><c>text</c> or <c>image_url</c>.</summary>
    public string Type { get; }

    /// <summary>The text.</summary>
    public string? Text { get; private init; }

    /// <summary>The image.</summary>
    public EmbedImageUrl? ImageUrl { get; private init; }

    /// <summary>A text.</summary>
    /// <param name="text">The text.</param>
    public static EmbedContent FromText(string text) => new("text") { Text = text };

    /// <summary>An image.</summary>
    /// <param name="dataUri">The image as a data URI: <c>data:image/png;base64,…</c>.</param>
    public static EmbedContent FromImage(string dataUri) => new("image_url") { ImageUrl = new EmbedImageUrl(dataUri) };
}

/// <summary>An image of an input.</summary>
/// <param name="Url">The data URI.</param>
public sealed record EmbedImageUrl(string Url);
