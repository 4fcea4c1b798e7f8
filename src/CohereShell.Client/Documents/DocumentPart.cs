namespace CohereShell;

/// <summary>A page or a section of a document as its reader returns it.</summary>
/// <param name="Text">The text.</param>
internal sealed record DocumentPart(string Text)
{
    /// <summary>The headings above the text; null if there aren't any.</summary>
    public string? Heading { get; init; }

    /// <summary>The number of the page, from 1; null for documents without pages.</summary>
    public int? Page { get; init; }

    /// <summary>The number of characters at the start that name the columns of a table.</summary>
    public int HeaderLength { get; init; }
}

/// <summary>What a reader found in a file.</summary>
/// <param name="Parts">The pages or sections that contain text, in order.</param>
internal sealed record DocumentContent(IReadOnlyList<DocumentPart> Parts)
{
    /// <summary>The title that the document has; null if it doesn't have one.</summary>
    public string? Title { get; init; }

    /// <summary>The pages that have no text, such as scanned pages.</summary>
    public IReadOnlyList<int> PagesWithoutText { get; init; } = [];

    /// <summary>The number of pages that can't be read.</summary>
    public int DamagedPages { get; init; }
}
