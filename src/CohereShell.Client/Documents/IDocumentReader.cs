namespace CohereShell;

/// <summary>Reads documents of a kind. The readers have no state and can be used by several threads.</summary>
internal interface IDocumentReader
{
    /// <summary>Reads a document.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="reading">The bounds, and the encoding of text.</param>
    /// <exception cref="CohereException">The document can't be read.</exception>
    DocumentContent Read(byte[] file, DocumentReading reading);
}

/// <summary>The readers that need third-party libraries. They are in CohereShell.Formats and loaded on first use.</summary>
internal interface IDocumentLibrary
{
    /// <summary>Reads PDF files, a part for each page.</summary>
    IDocumentReader Pdf { get; }

    /// <summary>Reads web pages, a part for each heading.</summary>
    IDocumentReader Html { get; }

    /// <summary>Reads email messages.</summary>
    IDocumentReader Mail { get; }

    /// <summary>The image that covers a scanned page, as a PNG or JPEG file; null if there isn't one that can be read.</summary>
    /// <param name="file">The bytes of the PDF file.</param>
    /// <param name="page">The number of the page, from 1.</param>
    /// <param name="reading">The bounds.</param>
    byte[]? ReadPageImage(byte[] file, int page, DocumentReading reading);
}
