using System.Text;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Split-CohereText: splits texts and documents into chunks. With -Exact, the service counts the tokens. See <see
/// href="https://docs.cohere.com/reference/tokenize"/>.
/// </summary>
[Cmdlet(VerbsCommon.Split, "CohereText", HelpUri = OnlineHelp.Tokenize, DefaultParameterSetName = TokensSet)]
[OutputType(typeof(TextChunk))]
public sealed class SplitCohereTextCommand : CohereParallelCommand
{
    private const string TokensSet = "Tokens";
    private const string LengthSet = "Length";

    private readonly ItemProgress _progress = new("Splitting", "split");
    private TextSplitter? _splitter;
    private OrderedCalls<object?, IReadOnlyList<TextChunk>>? _calls;
    private long _count;

    /// <summary>The texts: strings, documents, files, or records.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    [WholeObjectTransformation]
    public object?[]? InputObject { get; set; }

    /// <summary>Maximum number of tokens in a chunk, estimated on this computer. The default is 512.</summary>
    [Parameter(ParameterSetName = TokensSet)]
    [ValidateRange(1, 1_000_000)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int MaxTokens { get; set; } = 512;

    /// <summary>Maximum number of characters in a chunk.</summary>
    [Parameter(ParameterSetName = LengthSet, Mandatory = true)]
    [ValidateRange(1, 10_000_000)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int MaxLength { get; set; }

    /// <summary>
    /// Maximum number of tokens or characters at the end of a chunk that the next chunk repeats. The default is 0, and the
    /// maximum is half of a chunk.
    /// </summary>
    [Parameter]
    [ValidateRange(0, 5_000_000)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int Overlap { get; set; }

    /// <summary>The properties that make up the text of a record. Wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string[]? Property { get; set; }

    /// <summary>Counts tokens by the service instead of estimating them.</summary>
    [Parameter(ParameterSetName = TokensSet)]
    public SwitchParameter Exact { get; set; }

    /// <summary>The model whose tokens -Exact counts. By default, the session's chat model.</summary>
    [Parameter(ParameterSetName = TokensSet)]
    [ArgumentCompleter(typeof(ChatModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    /// <summary>Encoding of text files. By default, UTF-8, or what a byte order mark tells.</summary>
    [Parameter]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    [ValidateNotNull]
    public Encoding? Encoding { get; set; }

    private OrderedCalls<object?, IReadOnlyList<TextChunk>> Calls => _calls ??= new(this, ThrottleLimit, (_, chunks) => Write(chunks), (target, failure) => WriteFailure(failure, target)) { Progress = _progress };

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields => [.. base.OwnFields, ("text", "-InputObject")];

    private protected override IReadOnlyList<string> InputParameters => [nameof(InputObject)];

    private protected override (string Message, string Action)? NoInput =>
    (
        "The text is missing: -InputObject isn't specified, and the pipeline is empty.",
        "Pipe texts, files or documents: Import-CohereDocument *.pdf | Split-CohereText"
    );

    private protected override ItemProgress? Progress => _progress;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        bool isLength = ParameterSetName == LengthSet;
        int maximum = isLength ? MaxLength : MaxTokens;
        if (Overlap > maximum / 2)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                FormattableString.Invariant($"-Overlap {Overlap} is more than half of a chunk, which has at most {maximum} {(isLength ? "characters" : "tokens")}."),
                FormattableString.Invariant($"Specify an -Overlap from 0 to {maximum / 2}.")));
        }

        if (Model is not null && !Exact)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("-Model requires -Exact.", "Add -Exact, or leave -Model out: estimates don't depend on a model."));
        }

        _splitter = new TextSplitter(maximum, isLength ? TextUnit.Characters : TextUnit.EstimatedTokens, Overlap);
        WriteVerbose(isLength ? "The size of chunks is measured in characters."
            : Exact ? "The size of chunks is measured in tokens that the service counts."
            : "The size of chunks is measured in tokens that are estimated on this computer: three bytes are a token. Most texts have fewer tokens.");
    }

    private protected override void ReadInput()
    {
        foreach (object? value in (InputObject ?? [null]).SelectMany(TableData.Each))
        {
            if (value is FileInfo or PSObject { BaseObject: FileInfo } && Property is null)
            {
                SplitFile(value);
            }
            else if (Property is null && DocumentInput.DocumentIn(value) is { } document)
            {
                Split(document, value);
            }
            else if (Property is null && PowerShellJson.Unwrap(value) is ParsedDocument parsed && !string.IsNullOrWhiteSpace(parsed.Text))
            {
                SplitMarkdown(parsed, value);
            }
            else if (RecordText.TryGet(value, Property, out string text, out ErrorRecord? error, Encoding))
            {
                Split(new Document { Text = text }, value);
            }
            else
            {
                WriteError(error);
            }
        }
    }

    private protected override void Complete() => _calls?.Complete();

    private void SplitFile(object value)
    {
        string path = ((FileInfo)PowerShellJson.Unwrap(value)!).FullName;
        try
        {
            FilePaths.RefuseDevice(path);
            DocumentFile file = Run(token => DocumentInput.Within(CallTimeout).ReadAsync(path, Encoding, token));
            if (file.NoText is { } empty)
            {
                WriteFailure(empty, path);
            }

            foreach (Document document in file.Documents)
            {
                Split(document, value);
            }
        }
        catch (CohereException exception)
        {
            WriteFailure(exception, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            WriteError(ErrorRecords.FileNotReadable(path, exception));
        }
    }

    // The service writes Markdown.
    private void SplitMarkdown(ParsedDocument parsed, object? value)
    {
        string? path = parsed.Path;
        DocumentContent content = MarkdownReader.ReadText(parsed.Text, new DocumentReading(path ?? string.Empty, null, Ending));
        foreach (DocumentPart part in content.Parts)
        {
            Split(new Document { Title = content.Title ?? System.IO.Path.GetFileName(path) ?? string.Empty, Heading = part.Heading, Path = path, Text = part.Text }, value);
        }
    }

    private void Split(Document document, object? value)
    {
        if (string.IsNullOrWhiteSpace(document.Text))
        {
            WriteError(ErrorRecords.EmptyInput(value));
            return;
        }

        object input = PowerShellJson.Unwrap(value) is { } plain and not PSObject ? plain : value!;
        if (!Exact)
        {
            // As they are found: a text can have a million chunks.
            foreach (TextChunk chunk in _splitter!.Split(document, input))
            {
                Write(chunk);
            }

            _progress.Add(this);
            return;
        }

        CohereClient client = Client;
        RequestOptions options = Options;
        Calls.Begin(value, async token =>
        {
            int[] ends = await new TokenPositions(client.Tokens, Model, options).FindAsync(document.Text, token).ConfigureAwait(false);
            return _splitter!.Split(document, input, ends).ToArray();
        });
        Calls.MakeRoom();
    }

    private void Write(IReadOnlyList<TextChunk> chunks)
    {
        foreach (TextChunk chunk in chunks)
        {
            Write(chunk);
        }

        _progress.Add(this);
    }

    private void Write(TextChunk chunk)
    {
        chunk.Index = _count++;
        WriteObject(chunk);
    }
}
