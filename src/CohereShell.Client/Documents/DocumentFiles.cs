using System.Text;

namespace CohereShell;

/// <summary>Reads files of all kinds as documents.</summary>
/// <param name="library">Returns the readers that need third-party libraries. It's called when the first such file is read.</param>
internal sealed class DocumentFiles(Func<IDocumentLibrary> library)
{
    /// <summary>The maximum time for reading a file, if the user doesn't set another.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    private static readonly PlainTextReader PlainText = new();
    private static readonly MarkdownReader Markdown = new();
    private static readonly TableReader Table = new();
    private static readonly WordReader Word = new();
    private static readonly SlideReader Slides = new();

    private readonly Func<IDocumentLibrary> _library = library;

    /// <summary>The maximum time for reading a file.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="encoding">The encoding of text files; null for UTF-8, or what the file says.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The documents: pages, slides, sections, or the whole text.</returns>
    /// <exception cref="CohereException">The file can't be read, or contains no text.</exception>
    public Task<DocumentFile> ReadAsync(string path, Encoding? encoding = null, CancellationToken cancellationToken = default) =>
        DocumentWorker.RunAsync(path, Timeout, token => Read(path, encoding, token), cancellationToken);

    /// <summary>The image that covers a scanned page of a PDF file; null if there isn't one that can be read.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="page">The number of the page, from 1.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<byte[]?> ReadPageImageAsync(string path, int page, CancellationToken cancellationToken = default) =>
        DocumentWorker.RunAsync(
            path,
            Timeout,
            token => Guard(path, null, reading => _library().ReadPageImage(ReadBytes(path), page, reading), token),
            cancellationToken);

    private DocumentFile Read(string path, Encoding? encoding, CancellationToken cancellationToken) => Guard(path, encoding, reading =>
    {
        DateTime time = File.GetLastWriteTime(path);
        byte[] bytes = ReadBytes(path);
        DocumentKind kind = DocumentKinds.Of(path, bytes, encoding);
        DocumentContent content = ReaderOf(kind).Read(bytes, reading);
        string title = content.Title ?? Path.GetFileName(path);
        Document[] documents = content.Parts.Select((part, index) => new Document
        {
            Index = index,
            Title = title,
            Heading = part.Heading,
            Page = part.Page,
            Path = path,
            LastWriteTime = time,
            Text = part.Text,
            HeaderLength = part.HeaderLength,
        }).ToArray();
        return new DocumentFile(path, kind, documents) { Title = title, LastWriteTime = time, PagesWithoutText = content.PagesWithoutText, DamagedPages = content.DamagedPages };
    }, cancellationToken);

    private IDocumentReader ReaderOf(DocumentKind kind) => kind switch
    {
        DocumentKind.Markdown => Markdown,
        DocumentKind.Table => Table,
        DocumentKind.Word => Word,
        DocumentKind.Slides => Slides,
        DocumentKind.Html => _library().Html,
        DocumentKind.Mail => _library().Mail,
        DocumentKind.Pdf => _library().Pdf,
        _ => PlainText,
    };

    // A hostile file can cause any exception in a library.
    private static T Guard<T>(string path, Encoding? encoding, Func<DocumentReading, T> read, CancellationToken cancellationToken)
    {
        try
        {
            return read(new DocumentReading(path, encoding, cancellationToken));
        }
        catch (Exception exception) when (exception is CohereException or WrongEncodingException or OperationCanceledException)
        {
            throw;
        }
        catch (OutOfMemoryException exception)
        {
            throw new CohereException(ErrorReason.DocumentTooLarge, $"'{path}' needs more memory than this computer has.", exception);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && !Fatal.Is(exception))
        {
            throw exception is FileReadException or UnauthorizedAccessException
                ? new CohereException(ErrorReason.FileNotReadable, exception.Message, exception)
                : DocumentErrors.Damaged(path, exception is InvalidDataException ? "the file is damaged" : $"the file is damaged ({exception.Message.Split('\n')[0].Trim()})", exception);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && !Fatal.Is(exception))
        {
            throw new OperationCanceledException("The reading was canceled.", exception, cancellationToken);
        }
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
            if (stream.Length > DocumentReading.MaxFileBytes)
            {
                throw DocumentErrors.TooLarge(path, FormattableString.Invariant($"it has {stream.Length / 1048576.0:0.#} MB, and the maximum is {DocumentReading.MaxFileBytes / 1048576} MB"));
            }

            return StreamStart.Read(stream, (int)stream.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FileReadException(exception);
        }
    }

    // Tells a file that can't be read from one whose content causes an exception.
    private sealed class FileReadException(Exception cause) : Exception(cause.Message, cause);
}

/// <summary>What a file contains.</summary>
/// <param name="Path">The file.</param>
/// <param name="Kind">The kind of the file.</param>
/// <param name="Documents">The pages, slides or sections with text, in order. Empty for a file without text.</param>
internal sealed record DocumentFile(string Path, DocumentKind Kind, IReadOnlyList<Document> Documents)
{
    /// <summary>The title, or the name of the file.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>When the file was changed, in local time.</summary>
    public DateTime LastWriteTime { get; init; }

    /// <summary>The numbers of the pages that contain no text.</summary>
    public IReadOnlyList<int> PagesWithoutText { get; init; } = [];

    /// <summary>The number of pages that are damaged. The other pages are in the documents.</summary>
    public int DamagedPages { get; init; }

    /// <summary>The error for a file without text; null if it has text.</summary>
    public CohereException? NoText => Documents.Count > 0 ? null
        : Kind == DocumentKind.Pdf ? DocumentErrors.NoText(Path, PagesWithoutText.Count == 0 ? "has no pages" : "contains no text. Its pages may be scanned images", "To read scanned pages, add -Parse, or save each page as an image and use Invoke-CohereParse.")
        : DocumentErrors.NoText(Path, "contains no text");
}
