using System.Text;

namespace CohereShell;

/// <summary>Recognizes the kind of a file from its first bytes and its name.</summary>
internal static class DocumentKinds
{
    /// <summary>The header of a PDF file can follow other bytes.</summary>
    private const int PdfHeaderPlace = 1024;

    /// <summary>The number of bytes that tell whether a file is text.</summary>
    private const int BytesToJudgeBy = 8192;

    private const string ParseAdvice = "To read the text in images, use Invoke-CohereParse, or add -Parse.";
    private const string OldOfficeAdvice = "Open the file in its program and save it as .docx, .pptx or PDF.";

    private static readonly Dictionary<string, DocumentKind> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        [".pdf"] = DocumentKind.Pdf,
        [".docx"] = DocumentKind.Word,
        [".docm"] = DocumentKind.Word,
        [".dotx"] = DocumentKind.Word,
        [".dotm"] = DocumentKind.Word,
        [".pptx"] = DocumentKind.Slides,
        [".pptm"] = DocumentKind.Slides,
        [".ppsx"] = DocumentKind.Slides,
        [".potx"] = DocumentKind.Slides,
        [".md"] = DocumentKind.Markdown,
        [".markdown"] = DocumentKind.Markdown,
        [".html"] = DocumentKind.Html,
        [".htm"] = DocumentKind.Html,
        [".xhtml"] = DocumentKind.Html,
        [".eml"] = DocumentKind.Mail,
        [".csv"] = DocumentKind.Table,
        [".tsv"] = DocumentKind.Table,
    };

    private static readonly HashSet<string> PlainText = new([".txt", ".text", ".log", ".rst", ".adoc"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Images = new([".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a file is a document whose bytes aren't its text, such as a PDF file. Only the name counts.</summary>
    public static bool HasReader(string path) =>
        Extensions.TryGetValue(Path.GetExtension(path), out DocumentKind kind) && kind is not (DocumentKind.Text or DocumentKind.Markdown or DocumentKind.Table);

    /// <summary>
    /// Whether people write files with this name to be read: documents, and plain text. Scripts and data are text too, but
    /// whoever wants them in an index says so.
    /// </summary>
    public static bool IsDocument(string path) => Extensions.ContainsKey(Path.GetExtension(path)) || PlainText.Contains(Path.GetExtension(path));

    /// <summary>Whether a file is an image that Cohere can parse. Only the name counts.</summary>
    public static bool IsImageName(string path) => Images.Contains(Path.GetExtension(path));

    /// <summary>The kind of a file.</summary>
    /// <param name="path">The path, for its extension and for errors.</param>
    /// <param name="file">The bytes.</param>
    /// <param name="encoding">The encoding that the user specified; null to recognize binary files.</param>
    /// <exception cref="CohereException">Files of this kind can't be read.</exception>
    public static DocumentKind Of(string path, byte[] file, Encoding? encoding)
    {
        string extension = Path.GetExtension(path);
        DocumentKind? named = Extensions.TryGetValue(extension, out DocumentKind kind) ? kind : null;
        ReadOnlySpan<byte> bytes = file;
        if (bytes.StartsWith("PK\x3\x4"u8) || bytes.StartsWith("PK\x5\x6"u8))
        {
            return named is DocumentKind.Word or DocumentKind.Slides ? named.Value : throw Package(path, extension);
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]))
        {
            // Office encrypts a document into a file of its old format. The name of the stream is UTF-16.
            throw bytes.IndexOf("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"u8) >= 0
                ? DocumentErrors.Encrypted(path, "Office documents with a password can't be read.")
                : DocumentErrors.NotSupported(path, "is a document of Office 97 to 2003 or an Outlook message, and files of this kind can't be read", OldOfficeAdvice);
        }

        if (bytes.Slice(0, Math.Min(bytes.Length, PdfHeaderPlace)).IndexOf("%PDF-"u8) is var place && (place == 0 || (place > 0 && named == DocumentKind.Pdf)))
        {
            return DocumentKind.Pdf;
        }

        if (ImageHeader.MediaTypeOf(bytes) is not null)
        {
            throw DocumentErrors.NoText(path, "is an image and contains no text", ParseAdvice);
        }

        if (bytes.StartsWith("{\\rtf"u8))
        {
            throw DocumentErrors.NotSupported(path, "is an RTF document, and files of this kind can't be read", OldOfficeAdvice);
        }

        return named switch
        {
            DocumentKind.Pdf => throw DocumentErrors.Damaged(path, bytes.Length == 0 ? "the file is empty" : "it isn't a PDF file"),
            DocumentKind.Word or DocumentKind.Slides => throw DocumentErrors.Damaged(path, bytes.Length == 0 ? "the file is empty" : "it isn't an Office document"),
            DocumentKind.Mail => DocumentKind.Mail,
            _ when encoding is null && IsBinary(bytes) => throw DocumentErrors.NotSupported(path, "isn't a document that can be read: it contains binary data"),
            { } known => known,
            null => DocumentKind.Text,
        };
    }

    // UTF-16 and UTF-32 texts contain such bytes too. Their files start with a mark.
    private static bool IsBinary(ReadOnlySpan<byte> bytes) =>
        Utf8Text.MarkedEncoding(bytes.Slice(0, Math.Min(4, bytes.Length)).ToArray()) is null && bytes.Slice(0, Math.Min(bytes.Length, BytesToJudgeBy)).IndexOf((byte)0) >= 0;

    private static CohereException Package(string path, string extension) => extension.ToUpperInvariant() switch
    {
        ".XLSX" or ".XLSM" => DocumentErrors.NotSupported(path, "is an Excel workbook, and files of this kind can't be read", "Save the sheet as CSV. Or import its rows, for example with Import-Excel of the module ImportExcel, and pipe them as objects."),
        _ => DocumentErrors.NotSupported(path, "is a ZIP file or a document of another program, and files of this kind can't be read", "Extract ZIP files with Expand-Archive. Save a document of another program as .docx or PDF."),
    };
}
