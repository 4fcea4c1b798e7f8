using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Pipeline;
using CohereShell.Rows;

namespace CohereShell.Commands;

/// <summary>
/// Invoke-CohereParse: reads the text, tables and images in images of documents. See <see
/// href="https://docs.cohere.com/reference/parse"/>.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "CohereParse", HelpUri = OnlineHelp.Parse, DefaultParameterSetName = FilePaths.PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(ParsedDocument), typeof(FileInfo))]
public sealed class InvokeCohereParseCommand : CohereParallelCommand
{
    private const string UriSet = "Uri";

    private readonly ItemProgress _progress = new("Parsing", "parsed", isSlow: true);
    private OrderedCalls<ParseInput, ParsedDocument>? _calls;
    private MarkdownFiles? _files;
    private FileResults? _rows;
    private long _count;

    /// <summary>Paths of the image files. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [PathTransformation]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Paths of the image files, used exactly as typed: no wildcards.</summary>
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Web addresses of images. The service downloads them.</summary>
    [Parameter(ParameterSetName = UriSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Url", "AbsoluteUri")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public Uri[] Uri { get; set; } = [];

    /// <summary>The format of the pages. The default is Markdown.</summary>
    [Parameter]
    public ParseFormat Format { get; set; } = ParseFormat.Markdown;

    /// <summary>The model. By default, parse-v5.0.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ParseModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    /// <summary>
    /// Path of a file for the Markdown of all documents or, if it ends in .jsonl or .csv, of a file to which a row for each
    /// document is appended as it arrives. It's used exactly as typed: no wildcards.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Path of a folder for a Markdown file per document, used exactly as typed: no wildcards.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutDirectory { get; set; }

    /// <summary>Continues the .jsonl or .csv file of -OutFile and skips images whose path or address is in it.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Overwrites read-only files, and an existing .jsonl or .csv file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns an error if a file already exists.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Returns the files when they're complete.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private OrderedCalls<ParseInput, ParsedDocument> Calls => _calls ??= new(this, ThrottleLimit, Write, (input, failure) => WriteFailure(failure, input.Target, input.Path)) { Progress = _progress };

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields =>
    [
        .. base.OwnFields,
        ("document", "-Path or -Uri"),
        ("output_format", "-Format"),
    ];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (OutFile is null || !ResultFile.HasFormat(OutFile))
        {
            RefuseResume();
            _files = MarkdownFiles.Open(this);
        }
        else
        {
            OpenRows(OutFile);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _files?.Dispose();
            _rows?.Dispose();
        }
    }

    private protected override ItemProgress? Progress => _progress;

    private protected override bool PlansCalls => true;

    private protected override void ReadInput()
    {
        if (ParameterSetName == UriSet)
        {
            foreach (Uri uri in Uri)
            {
                ParseAddress(uri);
            }

            return;
        }

        bool isLiteral = FilePaths.IsLiteral(this);
        foreach (string path in isLiteral ? LiteralPath : Path)
        {
            if (!isLiteral && Images.IsAddress(path) && System.Uri.TryCreate(path, UriKind.Absolute, out Uri? uri))
            {
                ParseAddress(uri);
                continue;
            }

            IReadOnlyList<string> files = FilePaths.Resolve(this, path, isLiteral);
            foreach (string file in files)
            {
                ParseFile(file);
            }

            // A path without a file counts as an input, so that the index shows which path a document came from.
            _count += files.Count == 0 ? 1 : 0;
        }
    }

    private protected override void Complete()
    {
        Calls.Complete();
        _files?.Complete();
        _rows?.Complete(PassThru);
    }

    private void ParseAddress(Uri uri)
    {
        long index = _count++;
        if (!uri.IsAbsoluteUri || (uri.Scheme != System.Uri.UriSchemeHttps && uri.Scheme != System.Uri.UriSchemeHttp))
        {
            WriteError(ErrorRecords.InvalidValue(
                $"'{DisplayText.OneLine(uri.OriginalString, 100)}' isn't the web address of an image. Nothing was sent for it.",
                "Specify an address that begins with https://. For a file on this computer, use -Path.",
                uri.OriginalString));
            return;
        }

        string last = uri.AbsolutePath.TrimEnd('/').Split('/').Last();
        string name = System.IO.Path.GetFileNameWithoutExtension(FilePaths.FileNameOf(System.Uri.UnescapeDataString(last)));
        // As typed, because a signature in the address may depend on each character.
        string address = uri.IsWellFormedOriginalString() ? uri.OriginalString : uri.AbsoluteUri;
        Parse(new ParseInput(index, uri, null, null) { Id = address }, name.Length > 0 ? name : uri.Host, () => address);
    }

    private void ParseFile(string file) =>
        Parse(new ParseInput(_count++, file, file, null) { Id = file }, System.IO.Path.GetFileNameWithoutExtension(file), () => DocumentImage.Read(file));

    // Markdown of all documents is complete or isn't there: there's nothing to continue.
    private void RefuseResume()
    {
        if (Resume)
        {
            ThrowTerminatingError(OutFile is null
                ? ErrorRecords.InvalidCombination("-Resume requires -OutFile.", "Add -OutFile with a name that ends in .jsonl or .csv, or leave -Resume out.")
                : ErrorRecords.InvalidCombination("-Resume requires a .jsonl or .csv file, which has a row for each document.", "Use a name for -OutFile that ends in .jsonl or .csv, or leave -Resume out."));
        }
    }

    private void OpenRows(string outFile)
    {
        if (OutDirectory is not null)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("-OutFile and -OutDirectory can't be combined.", "Specify only one of -OutFile and -OutDirectory."));
        }

        if (Format == ParseFormat.Blocks && ResultFile.IsCsv(outFile))
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("Blocks don't fit into the columns of a CSV file.", "Use a .jsonl file, or leave -Format out."));
        }

        _rows = FileResults.Open(this, outFile, Resume, Force, nameof(Path), nameof(Uri));
        _rows!.Begin(nameof(Path), nameof(Uri), nameof(ParsedDocument.Text), nameof(Model));
    }

    private static IEnumerable<KeyValuePair<string, object?>> RowOf(ParseInput input, ParsedDocument document, bool hasBlocks)
    {
        yield return new(nameof(document.Path), input.Path);
        yield return new(nameof(document.Uri), input.Path is null ? input.Id : null);
        yield return new(nameof(document.Text), document.Text);
        yield return new(nameof(document.Model), document.Model);
        if (hasBlocks)
        {
            yield return new(nameof(ParsedPage.Blocks), document.Pages.SelectMany(page => page.Blocks).Select(BlockRow.Of).ToArray());
        }
    }

    private void Parse(ParseInput input, string name, Func<string> readImage)
    {
        try
        {
            if (_rows is not null && !_rows.TryBegin(input.Id, input.Target))
            {
                return;
            }

            // Before the name of the file is taken: a bad image needs none.
            string image = readImage();
            string? outPath = null;
            // A call costs money, so -Confirm asks also without a file. With -WhatIf, the plan shows the calls.
            if (Plan is null && (_files is null ? !ShouldProcess(DisplayText.OneLine(input.Target.ToString(), 200), "Parse an image") : !_files.TryBegin(name, input.Path, out outPath)))
            {
                return;
            }

            var request = new ParseRequest { Model = Model, Document = new ParseImage { ImageUrl = image }, OutputFormat = Format };
            CohereClient client = Client;
            RequestOptions options = Options;
            Calls.Begin(input with { OutPath = outPath }, token => _rows is null
                ? client.Parse.ParseAsync(request, options, token)
                : _rows.AppendAsync(input.Id, client.Parse.ParseAsync(request, options, token), document => RowOf(input, document, Format == ParseFormat.Blocks)));
        }
        catch (InputException exception)
        {
            WriteError(exception.Error);
            return;
        }

        // After the call and not before the next one: if no other call is in flight, its result is written before the
        // next image is read.
        Calls.MakeRoom();
    }

    private void Write(ParseInput input, ParsedDocument document)
    {
        document.Index = input.Index;
        document.Path = input.Path;
        _progress.Add(this);
        if (_rows is not null)
        {
            _rows.Check(input.Id, document);
        }
        else if (_files is null)
        {
            WriteObject(document);
        }
        else
        {
            _files.Write(document, input.OutPath!);
        }
    }
}
