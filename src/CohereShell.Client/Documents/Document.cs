namespace CohereShell;

/// <summary>The text of a document, or of one of its pages or sections.</summary>
public sealed class Document
{
    /// <summary>The position among all documents of the command, from 0.</summary>
    public long Index { get; set; }

    /// <summary>The title that the document has. If it doesn't have one, the name of the file.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>The headings above the text, such as <c>Backup &gt; Restore</c>; null if there aren't any.</summary>
    public string? Heading { get; init; }

    /// <summary>The number of the page or of the slide, from 1; null for documents without pages.</summary>
    public int? Page { get; init; }

    /// <summary>The file.</summary>
    public string? Path { get; init; }

    /// <summary>When the file was changed, in local time.</summary>
    public DateTime? LastWriteTime { get; init; }

    /// <summary>The text. The text of a section begins with its heading.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The number of characters at the start of the text that name the columns of a table; 0 if there aren't any.</summary>
    internal int HeaderLength { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
