namespace CohereShell;

/// <summary>The kinds of documents that can be read.</summary>
internal enum DocumentKind
{
    /// <summary>Text without structure.</summary>
    Text,

    /// <summary>Markdown, with headings.</summary>
    Markdown,

    /// <summary>A table: comma-separated values with a header row.</summary>
    Table,

    /// <summary>A web page.</summary>
    Html,

    /// <summary>An email message.</summary>
    Mail,

    /// <summary>A PDF file.</summary>
    Pdf,

    /// <summary>A Word document.</summary>
    Word,

    /// <summary>A presentation.</summary>
    Slides,
}
