namespace CohereShell;

/// <summary>What a part of a message is.</summary>
public enum ChatContentType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>What the model thought before it answered.</summary>
    Thinking,

    /// <summary>An image, as a web address or a data URI.</summary>
    ImageUrl,

    /// <summary>A document, as the outcome of a tool.</summary>
    Document,
}

/// <summary>A part of a message.</summary>
public sealed class ChatContent
{
    private ChatContent(ChatContentType type) => Type = type;

    /// <summary>What it is.</summary>
    public ChatContentType Type { get; }

    /// <summary>The text of a text or of thoughts.</summary>
    public string? Text { get; private init; }

    /// <summary>The address of an image: http, https, or data with the image in base64.</summary>
    public string? ImageUrl { get; private init; }

    /// <summary>How closely the image is looked at.</summary>
    public ImageDetail? ImageDetail { get; private init; }

    internal ChatDocument? Document { get; private init; }

    /// <summary>A text.</summary>
    /// <param name="text">The text.</param>
    public static ChatContent FromText(string text) => new(ChatContentType.Text) { Text = text };

    /// <summary>What the model thought.</summary>
    /// <param name="thinking">Its thoughts.</param>
    public static ChatContent FromThinking(string thinking) => new(ChatContentType.Thinking) { Text = thinking };

    /// <summary>An image.</summary>
    /// <param name="url">A web address or a data URI.</param>
    /// <param name="detail">How closely it is looked at.</param>
    public static ChatContent FromImage(string url, ImageDetail? detail = null) =>
        new(ChatContentType.ImageUrl) { ImageUrl = url, ImageDetail = detail };

    /// <summary>A document.</summary>
    /// <param name="document">The document.</param>
    public static ChatContent FromDocument(ChatDocument document) => new(ChatContentType.Document) { Document = document };

    /// <inheritdoc/>
    public override string ToString() => Text ?? (Type == ChatContentType.ImageUrl ? "[image]" : string.Empty);
}
