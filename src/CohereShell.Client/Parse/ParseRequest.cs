using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>The body of a parse request, as in <see href="https://docs.cohere.com/reference/parse"/>.</summary>
public sealed record ParseRequest
{
    /// <summary>The maximum size of an image file in bytes: 20 MB.</summary>
    public const int MaxImageBytes = 20 * 1024 * 1024;

    /// <summary>The maximum number of pixels of an image: 50 megapixels.</summary>
    public const int MaxPixels = 50_000_000;

    /// <summary>The model; null uses <see cref="DefaultModels.Parse"/>.</summary>
    public string? Model { get; init; }

    /// <summary>The image of the document.</summary>
    public ParseImage Document { get; init; } = new();

    /// <summary>The format of the pages; null leaves it to the service, which returns Markdown.</summary>
    public ParseFormat? OutputFormat { get; init; }
}

/// <summary>The image of a document. The service doesn't read other types of documents.</summary>
public sealed record ParseImage
{
    /// <summary>The type of the document: always <c>image_url</c>.</summary>
    public string Type { get; } = "image_url";

    /// <summary>The web address of the image, or a data URI with the image in base64.</summary>
    public string ImageUrl { get; init; } = string.Empty;
}

/// <summary>The format of the pages of a parsed document.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<ParseFormat>))]
public enum ParseFormat
{
    /// <summary>Each page is Markdown, with tables in HTML.</summary>
    Markdown,

    /// <summary>Each page is a list of texts, images and tables, with the place of images and tables on the page.</summary>
    Blocks,
}
