namespace CohereShell;

/// <summary>A part of a text, small enough for an embedding or for the documents of a question.</summary>
public sealed class TextChunk
{
    /// <summary>The position among all chunks of the command, from 0.</summary>
    public long Index { get; set; }

    /// <summary>The title of the document; null if it doesn't have one.</summary>
    public string? Title { get; init; }

    /// <summary>The headings above the text, such as <c>Backup &gt; Restore</c>; null if there aren't any.</summary>
    public string? Heading { get; init; }

    /// <summary>The number of the page or of the slide, from 1; null for texts without pages.</summary>
    public int? Page { get; init; }

    /// <summary>The file of the text; null if it doesn't come from one.</summary>
    public string? Path { get; init; }

    /// <summary>Where the chunk starts in its text, in characters from 0. It doesn't count a header that was repeated.</summary>
    public int Offset { get; init; }

    /// <summary>The number of tokens, estimated on this computer. Most texts have fewer.</summary>
    public int EstimatedTokens { get; init; }

    /// <summary>The number of tokens that the service counted; null if it wasn't asked.</summary>
    public int? Tokens { get; init; }

    /// <summary>The text.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The object that was split.</summary>
    public object? InputObject { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
