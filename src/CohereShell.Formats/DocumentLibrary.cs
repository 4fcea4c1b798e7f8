namespace CohereShell.Formats;

/// <summary>The readers of documents that need third-party libraries.</summary>
internal sealed class DocumentLibrary : IDocumentLibrary
{
    private readonly PdfReader _pdf = new();

    public IDocumentReader Pdf => _pdf;

    public IDocumentReader Html { get; } = new HtmlReader();

    public IDocumentReader Mail { get; } = new MailReader();

    public byte[]? ReadPageImage(byte[] file, int page, DocumentReading reading) => PdfReader.ReadPageImage(file, page, reading);
}
