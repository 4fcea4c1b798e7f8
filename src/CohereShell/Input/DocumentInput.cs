using System.Text;
using CohereShell.Errors;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>Reads files as documents for commands.</summary>
internal static class DocumentInput
{
    private static Func<IDocumentLibrary>? _library;

    // The command that reads input on this thread.
    [ThreadStatic]
    private static CancellationToken _ending;

    /// <summary>The readers of this process.</summary>
    public static DocumentFiles Files { get; } = new(LoadLibrary);

    /// <summary>Sets what loads the readers that need third-party libraries. It's called when the first such file is read.</summary>
    public static void UseLibrary(Func<IDocumentLibrary> load) => _library = load;

    /// <summary>Sets what ends the reading of files on this thread: the command that runs.</summary>
    public static void EndWith(CancellationToken cancellationToken) => _ending = cancellationToken;

    /// <summary>Reads a file, and waits for it. Ctrl+C ends the wait.</summary>
    /// <exception cref="CohereException">The file can't be read, or contains no text.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static DocumentFile Read(string path, Encoding? encoding)
    {
        try
        {
            DocumentFile file = Files.ReadAsync(FilePaths.RefuseDevice(path), encoding, _ending).GetAwaiter().GetResult();
            return file.NoText is { } error ? throw error : file;
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>The whole text of a file of any kind: one text for each input.</summary>
    /// <exception cref="CohereException">The file can't be read, or contains no text.</exception>
    /// <exception cref="InvalidDataException">The file contains no text.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static string ReadText(FileInfo file, Encoding? encoding) => DocumentKinds.HasReader(file.FullName)
        ? string.Join("\n\n", Read(file.FullName, encoding).Documents.Select(document => document.Text))
        : TextFile.Read(file, encoding);

    /// <summary>The readers with another maximum time for each file; null for the default.</summary>
    public static DocumentFiles Within(TimeSpan? timeout) => timeout is { } time ? new(LoadLibrary) { Timeout = time } : Files;

    /// <summary>The error for a file that can't be read.</summary>
    public static ErrorRecord ErrorOf(Exception exception, string path) => exception is CohereException failure
        ? failure.ToErrorRecord(path)
        : ErrorRecords.FileNotReadable(path, exception);

    /// <summary>The document that a value is, or of which it is a copy; null for other values.</summary>
    public static Document? DocumentIn(object? value) => PowerShellJson.Unwrap(value) switch
    {
        Document document => document,
        IndexMatch match => new Document { Title = match.Title ?? string.Empty, Heading = match.Heading, Page = match.Page, Path = match.Path, Text = match.Text },
        TextChunk chunk => new Document { Title = chunk.Title ?? string.Empty, Heading = chunk.Heading, Page = chunk.Page, Path = chunk.Path, Text = chunk.Text },
        PSObject copy when Copies.IsCopyOf<Document>(copy) || Copies.IsCopyOf<TextChunk>(copy) || Copies.IsCopyOf<IndexMatch>(copy) => new Document
        {
            Title = TextIn(copy, nameof(Document.Title)) ?? string.Empty,
            Heading = TextIn(copy, nameof(Document.Heading)),
            Page = PowerShellJson.Unwrap(copy.Properties[nameof(Document.Page)]?.Value) as int?,
            Path = TextIn(copy, nameof(Document.Path)),
            Text = TextIn(copy, nameof(Document.Text)) ?? string.Empty,
        },
        _ => null,
    };

    private static IDocumentLibrary LoadLibrary() => (_library ?? throw new InvalidOperationException("The module wasn't imported."))();

    private static string? TextIn(PSObject copy, string name) => PowerShellJson.Unwrap(copy.Properties[name]?.Value) as string;
}
