using System.Text;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Import-CohereDocument: reads the text of PDF, Office, Markdown, HTML, email and text files. With -Parse, the service reads
/// scanned pages and images. See <see href="https://docs.cohere.com/reference/parse"/>.
/// </summary>
[Cmdlet(VerbsData.Import, "CohereDocument", HelpUri = OnlineHelp.Parse, DefaultParameterSetName = FilePaths.PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(Document))]
public sealed class ImportCohereDocumentCommand : CohereParallelCommand
{
    private readonly ItemProgress _progress = new("Reading documents", "read", isSlow: true);
    private OrderedCalls<string, ParsedFile>? _calls;
    private DocumentFiles? _files;
    private ScannedPages? _scans;
    private long _count;

    /// <summary>Paths of the files. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [PathTransformation]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Paths of the files, used exactly as typed: no wildcards.</summary>
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Encoding of text files. By default, UTF-8, or what a byte order mark or the file itself tells.</summary>
    [Parameter]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    [ValidateNotNull]
    public Encoding? Encoding { get; set; }

    /// <summary>Sends images and scanned pages to the service, which reads their text.</summary>
    [Parameter]
    public SwitchParameter Parse { get; set; }

    /// <summary>The model for -Parse. By default, parse-v5.0.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ParseModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    private OrderedCalls<string, ParsedFile> Calls => _calls ??= new(this, ThrottleLimit, (_, file) => Write(file.File, file.Failures), WriteFailure) { Progress = _progress };

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields => [.. base.OwnFields, ("document", "-Path"), ("output_format", "-Parse")];

    private protected override ItemProgress? Progress => _progress;

    private protected override bool PlansCalls => Parse;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Model is not null && !Parse)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("-Model requires -Parse.", "Add -Parse, or leave -Model out: without -Parse, no model is used."));
        }

        _files = DocumentInput.Within(CallTimeout);
        _scans = Parse ? new ScannedPages(_files, Client, Model, Options, Confirm) : null;
    }

    private protected override void ReadInput()
    {
        foreach (string file in FilePaths.Given(this, Path, LiteralPath))
        {
            Calls.Begin(file, token => ReadAsync(file, token));
            Calls.MakeRoom();
        }
    }

    private protected override void Complete() => Calls.Complete();

    private async Task<ParsedFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return _scans is not null && ScannedPages.IsImageContent(path)
                ? await _scans.ParseImageAsync(path, cancellationToken).ConfigureAwait(false)
                : await ReadDocumentAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WrongEncodingException or InputException)
        {
            // Written in order, as the error of its file.
            throw new DocumentFailure(exception);
        }
    }

    private async Task<ParsedFile> ReadDocumentAsync(string path, CancellationToken cancellationToken)
    {
        DocumentFile file = await _files!.ReadAsync(path, Encoding, cancellationToken).ConfigureAwait(false);
        return _scans is not null && file.Kind == DocumentKind.Pdf && file.PagesWithoutText.Count > 0
            ? await _scans.ParsePagesAsync(file, cancellationToken).ConfigureAwait(false)
            : new ParsedFile(file, []);
    }

    // Asked on the thread of the pipeline, in the middle of the work for a file.
    private Task<bool> Confirm(string target, CancellationToken cancellationToken) => Plan is not null
        ? Task.FromResult(true)
        : OnPipelineThreadAsync(() => ShouldProcess(target, "Parse an image"), cancellationToken);

    private void Write(DocumentFile file, IReadOnlyList<Exception> failures)
    {
        foreach (Exception failure in failures)
        {
            WriteFailure(file.Path, failure);
        }

        if (file.NoText is { } error)
        {
            // Without an answer, nothing is known about the text of an image.
            if (Plan is null && failures.Count == 0)
            {
                WriteFailure(error, file.Path);
            }

            return;
        }

        _progress.Add(this);

        if (file.Documents.Count > 0 && file.PagesWithoutText.Count > 0)
        {
            WriteVerbose($"{file.Path}: {PagesOf(file.PagesWithoutText)} no text.{(Parse ? string.Empty : " Scanned pages can be read with -Parse.")}");
        }

        if (file.DamagedPages > 0)
        {
            WriteWarning($"{file.Path}: {(file.DamagedPages == 1 ? "1 page is damaged and was" : FormattableString.Invariant($"{file.DamagedPages} pages are damaged and were"))} left out.");
        }

        foreach (Document document in file.Documents)
        {
            document.Index = _count++;
            WriteObject(document);
        }
    }

    private static string PagesOf(IReadOnlyList<int> pages) => pages.Count == 1
        ? FormattableString.Invariant($"page {pages[0]} has")
        : $"pages {string.Join(", ", pages.Take(20))}{(pages.Count > 20 ? ", …" : string.Empty)} have";

    private void WriteFailure(string path, Exception failure)
    {
        switch (failure)
        {
            case DocumentFailure carrier:
                WriteFailure(path, carrier.Cause);
                break;
            case InputException input:
                WriteError(input.Error);
                break;
            case CohereException call:
                WriteFailure(call, path);
                break;
            default:
                WriteError(DocumentInput.ErrorOf(failure, path));
                break;
        }
    }

    // Carries an error that isn't about a call through the queue of calls.
    private sealed class DocumentFailure(Exception cause) : CohereException(ErrorReason.FileNotReadable, cause.Message)
    {
        public Exception Cause { get; } = cause;
    }
}
