namespace CohereShell;

/// <summary>The type of a message part.</summary>
public enum ChatContentType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>The model's thoughts before its answer.</summary>
    Thinking,

    /// <summary>An image, as a web address or a data URI.</summary>
    ImageUrl,

    /// <summary>A document, as the result of a tool.</summary>
    Document,
}

/// <summary>A part of a message.</summary>
public sealed class ChatContent
{
    private ChatContent(ChatContentType type) => Type = type;

    /// <summary>The type of the part.</summary>
    public ChatContentType Type { get; }

    /// <summary>The text, for text and thoughts.</summary>
    public string? Text { get; private init; }

    /// <summary>The address of the image: http, https, or a data URI with the image in base64.</summary>
    public string? ImageUrl { get; private init; }

    /// <summary>How closely the model looks at the image.</summary>
    public ImageDetail? ImageDetail { get; private init; }

    /// <summary>The document as JSON, with its id and its data; null for other parts.</summary>
    public string? DocumentJson => Document is null ? null : ChatDocumentConverter.ToJson(Document);

    internal ChatDocument? Document { get; private init; }

    /// <summary>Creates a text part.</summary>
    /// <param name="text">The text.</param>
    public static ChatContent FromText(string text) => new(ChatContentType.Text) { Text = text };

    /// <summary>Creates a part with the model's thoughts.</summary>
    /// <param name="thinking">The thoughts.</param>
    public static ChatContent FromThinking(string thinking) => new(ChatContentType.Thinking) { Text = thinking };

    /// <summary>Creates an image part.</summary>
    /// <param name="url">A web address or a data URI.</param>
    /// <param name="detail">How closely the model looks at the image.</param>
    public static ChatContent FromImage(string url, ImageDetail? detail = null) =>
        new(ChatContentType.ImageUrl) { ImageUrl = url, ImageDetail = detail };

    /// <summary>Creates a document part.</summary>
    /// <param name="document">The document.</param>
    public static ChatContent FromDocument(ChatDocument document) => new(ChatContentType.Document) { Document = document };

    /// <inheritdoc/>
    public override string ToString() => Text ?? (Type == ChatContentType.ImageUrl ? "[image]" : string.Empty);
}
