namespace CohereShell;

/// <summary>
/// The body of an embed request, as in <see href="https://docs.cohere.com/reference/embed"/>. Specify only one of Texts,
/// Images and Inputs.
/// </summary>
public sealed record EmbedRequest
{
    /// <summary>The maximum number of inputs in a call.</summary>
    public const int MaxInputs = 96;

    /// <summary>The model; null uses the session's embedding model.</summary>
    public string? Model { get; init; }

    /// <summary>The purpose of the embeddings.</summary>
    public EmbedInputType InputType { get; init; } = EmbedInputType.SearchDocument;

    /// <summary>The texts, up to 96.</summary>
    public IReadOnlyList<string>? Texts { get; init; }

    /// <summary>The images, as data URIs.</summary>
    public IReadOnlyList<string>? Images { get; init; }

    /// <summary>Inputs that contain texts and images, up to 96.</summary>
    public IReadOnlyList<EmbedInput>? Inputs { get; init; }

    /// <summary>The maximum number of tokens in an input. A longer input is cut as Truncate specifies.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The dimension of the embeddings: 256, 512, 1024 or 1536, for embed-v4 and newer.</summary>
    public int? OutputDimension { get; init; }

    /// <summary>The number formats; null returns floating point.</summary>
    public IReadOnlyList<EmbeddingType>? EmbeddingTypes { get; init; }

    /// <summary>What happens to inputs that are too long.</summary>
    public TruncateMode? Truncate { get; init; }

    /// <summary>The priority, from 0 (the highest) to 999.</summary>
    public int? Priority { get; init; }

    internal int TextCount => (Texts?.Count ?? 0) + (Inputs?.Count ?? 0);

    internal int ImageCount => (Images?.Count ?? 0) + (Inputs?.Sum(input => input.Content.Count(part => part.ImageUrl is not null)) ?? 0);

    internal int Count => TextCount + (Images?.Count ?? 0);
}

/// <summary>An input with texts and images, which get one embedding.</summary>
/// <param name="Content">The parts of the input.</param>
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

    /// <summary>Creates a text part.</summary>
    /// <param name="text">The text.</param>
    public static EmbedContent FromText(string text) => new("text") { Text = text };

    /// <summary>Creates an image part.</summary>
    /// <param name="dataUri">The image as a data URI: <c>data:image/png;base64,…</c>.</param>
    public static EmbedContent FromImage(string dataUri) => new("image_url") { ImageUrl = new EmbedImageUrl(dataUri) };
}

/// <summary>An image in an input.</summary>
/// <param name="Url">The data URI.</param>
public sealed record EmbedImageUrl(string Url);
