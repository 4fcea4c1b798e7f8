using System.Text;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// New-CohereEmbedding: creates embeddings of texts and images. See <see
/// href="https://docs.cohere.com/reference/embed"/>.
/// </summary>
[Cmdlet(VerbsCommon.New, "CohereEmbedding", HelpUri = OnlineHelp.Embed, DefaultParameterSetName = TextSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(Embedding), typeof(FileInfo))]
public sealed class NewCohereEmbeddingCommand : CohereParallelCommand
{
    private const string TextSet = "Text";
    private const string ObjectSet = "InputObject";
    private const string ContentSet = "Content";

    private readonly ItemProgress _progress = new("Embedding", "embedded");
    private readonly CollectionPacer _pacer = new();
    private BatchedCalls<EmbedItem, Embedding>? _calls;
    private EmbedInputReader? _reader;
    private EmbeddingRows? _rows;
    private EmbedRequest _template = new();
    private long _count;

    /// <summary>The texts to embed.</summary>
    [Parameter(ParameterSetName = TextSet, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [TextTransformation]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string?[]? Text { get; set; }

    /// <summary>
    /// Pipeline input: objects whose text -Property selects, or files: images, documents or, with -AsText, other texts.
    /// </summary>
    [Parameter(ParameterSetName = ObjectSet, ValueFromPipeline = true)]
    [AllowNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? InputObject { get; set; }

    /// <summary>Properties of the objects that make up their text. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ObjectSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InputPropertyCompleter))]
    public string[]? Property { get; set; }

    /// <summary>Paths of images, documents or, with -AsText, other text files. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Paths of the files, used exactly as typed: no wildcards.</summary>
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet, Mandatory = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Embeds each file as one text.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet)]
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet)]
    [Parameter(ParameterSetName = ObjectSet)]
    public SwitchParameter AsText { get; set; }

    /// <summary>Encoding of text files. By default, UTF-8, or what a byte order mark tells.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet)]
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet)]
    [Parameter(ParameterSetName = ObjectSet)]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    [ValidateNotNull]
    public Encoding? Encoding { get; set; }

    /// <summary>
    /// Texts and images to combine in one embedding: strings and files. A list of such lists is several inputs.
    /// </summary>
    [Parameter(ParameterSetName = ContentSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object[] Content { get; set; } = [];

    /// <summary>The model. By default, the session's embed model.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EmbedModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    /// <summary>What the embeddings are for. The default is SearchDocument, or Image for image files.</summary>
    [Parameter]
    [ApiNameTransformation]
    public EmbedInputType InputType { get; set; } = EmbedInputType.SearchDocument;

    /// <summary>One or more number formats. Several formats cost no more than one. The default is Float.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public EmbeddingType[] EmbeddingType { get; set; } = [CohereShell.EmbeddingType.Float];

    /// <summary>Number of dimensions of an embedding. By default, the model uses its maximum.</summary>
    [Parameter]
    [Alias("Dimension")]
    [ValidateSet("256", "512", "1024", "1536")]
    public int OutputDimension { get; set; }

    /// <summary>Maximum number of tokens of an input. A longer input is cut as specified by -Truncate.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int? MaxTokens { get; set; }

    /// <summary>What happens to an input that is longer than the model's limit.</summary>
    [Parameter]
    public TruncateMode? Truncate { get; set; }

    /// <summary>Priority of the request when the service is busy, from 0 (highest) to 999.</summary>
    [Parameter]
    [ValidateRange(0, 999)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int? Priority { get; set; }

    /// <summary>
    /// Maximum number of inputs in one call, from 1 to 96. The default is 96, or 80 if that makes better use of the
    /// rate limit.
    /// </summary>
    [Parameter]
    [ValidateRange(1, EmbedRequest.MaxInputs)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int BatchSize { get; set; }

    /// <summary>
    /// Path of an .arrow or .jsonl file to which each embedding is appended as it arrives, used exactly as typed: no wildcards.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Continues the file of -OutFile and skips inputs whose embedding is in it.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>The property that identifies an object in the file of -OutFile.</summary>
    [Parameter(ParameterSetName = ObjectSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InputPropertyCompleter))]
    public string? IdProperty { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the file when it's complete.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields =>
    [
        .. base.OwnFields,
        ("texts", "-Text"),
        ("images", "-Path"),
        ("inputs", "-Content"),
        ("embedding_types", "-EmbeddingType"),
    ];

    private protected override IReadOnlyList<string> InputParameters => [nameof(Text), nameof(InputObject), nameof(Path), nameof(LiteralPath), nameof(Content)];

    private protected override (string Message, string Action)? NoInput =>
    (
        "There is nothing to embed: no text or file is specified, and the pipeline is empty.",
        "Specify texts: Get-Content notes.txt | New-CohereEmbedding"
    );

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        string model = Model ?? CurrentSession.EmbedModel;
        EmbedLimits limits = EmbedLimits.Of(model);
        if (OutputDimension > 0 && !limits.HasOutputDimension)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                $"The model {model} has a fixed number of dimensions: -OutputDimension requires embed-v4 or later.",
                "Leave -OutputDimension out, or choose another -Model.",
                OutputDimension));
        }

        if (AsText && Property is not null)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                "-AsText uses the text of files, and -Property uses the text of objects.",
                "Specify only one of -AsText and -Property."));
        }

        _reader = new EmbedInputReader(limits, Property, AsText, Encoding);
        _template = new EmbedRequest
        {
            Model = model,
            MaxTokens = MaxTokens,
            OutputDimension = OutputDimension > 0 ? OutputDimension : null,
            EmbeddingTypes = EmbeddingType.Distinct().ToArray(),
            Truncate = Truncate,
            Priority = Priority,
        };
        base.BeginProcessing();
        // Finds the session on the pipeline thread: the calls run on other threads.
        _ = Client;
        _rows = EmbeddingRows.Open(this, model, hasContents: ParameterSetName == ContentSet);
        int batchSize = BatchSize > 0
            ? BatchSize
            : Operations.Embed.Limits.First(limit => limit.Unit == LimitUnit.Inputs).BestBatchSize(CurrentSession.KeyType, EmbedRequest.MaxInputs);
        _calls = new BatchedCalls<EmbedItem, Embedding>(this, batchSize, ThrottleLimit, SendAsync, Write, (item, failure) => WriteFailure(failure, item.Target, item.Path))
        {
            Progress = _progress,
            Fits = (batch, item) => batch[0].Kind == item.Kind
                && batch.Sum(other => other.ImageCount) + item.ImageCount <= (item.ImageCount > 0 ? limits.ImagesPerCall : int.MaxValue)
                && batch.Sum(other => other.ImageBytes) + item.ImageBytes <= limits.ImageBytesPerCall,
        };
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _rows?.Dispose();
        }
    }

    private protected override ItemProgress? Progress => _progress;

    private protected override string UseFile(string name) => $"To embed the file with this name, use -Path {name}, and -AsText for a text file.";

    private protected override bool PlansCalls => true;

    private protected override bool ConfirmsCalls => true;

    private protected override void ReadInput()
    {
        switch (ParameterSetName)
        {
            case TextSet:
                // An empty list has no inputs. A null from the pipeline is an input that can't be embedded.
                foreach (string? text in Text ?? [null])
                {
                    Add(index => EmbedInputReader.FromText(index, text));
                }

                break;
            case ObjectSet:
                foreach (object? value in TableData.Each(InputObject))
                {
                    Add(index => _reader!.FromObject(index, value));
                }

                break;
            case ContentSet:
                object[] contents = EmbedInputReader.IsListOfInputs(Content) ? Content : [Content];
                foreach (object content in contents)
                {
                    Add(index => _reader!.FromContent(index, content, content));
                }

                break;
            default:
                AddFiles();
                break;
        }
    }

    private protected override void Complete()
    {
        _calls!.Complete();
        _rows?.Complete(PassThru);
    }

    private void AddFiles()
    {
        foreach (IReadOnlyList<string> files in FilePaths.GivenEach(this, Path, LiteralPath))
        {
            foreach (string file in files)
            {
                Add(index => _reader!.FromFile(index, file));
            }

            // A path without a file counts as an input, so that the index shows which path an embedding came from.
            _count += files.Count == 0 ? 1 : 0;
        }
    }

    private void Add(Func<long, EmbedItem> read)
    {
        EmbedItem item;
        try
        {
            item = read(_count++);
            if (_rows is not null && !_rows.TryBegin(item))
            {
                _progress.Skip();
                return;
            }
        }
        catch (InputException exception)
        {
            WriteError(exception.Error);
            return;
        }

        _calls!.Add(item);
    }

    private async Task<IReadOnlyList<Embedding>> SendAsync(IReadOnlyList<EmbedItem> batch, CancellationToken cancellationToken)
    {
        EmbedItemKind kind = batch[0].Kind;
        EmbedResponse response = await Client.Embeddings.EmbedAsync(
            _template with
            {
                Texts = kind == EmbedItemKind.Text ? batch.Select(item => item.Text!).ToArray() : null,
                Images = kind == EmbedItemKind.Image ? batch.Select(item => item.Image!).ToArray() : null,
                Inputs = kind == EmbedItemKind.Mixed ? batch.Select(item => item.Mixed!).ToArray() : null,
                InputType = kind == EmbedItemKind.Image && !IsBound(nameof(InputType)) ? EmbedInputType.Image : InputType,
            },
            Options,
            cancellationToken).ConfigureAwait(false);
        for (int index = 0; index < batch.Count; index++)
        {
            EmbedItem item = batch[index];
            Embedding embedding = response.Embeddings[index];
            embedding.Index = item.Index;
            embedding.Text = item.Text;
            embedding.Path = item.Path;
            embedding.InputObject = item.InputObject;
            item.ReleaseImages();
        }

        _rows?.Append(batch, response.Embeddings);
        return response.Embeddings;
    }

    private void Write(EmbedItem item, Embedding embedding)
    {
        _progress.Add(this);
        if (_rows is not null)
        {
            _rows.Check(item, embedding);
            return;
        }

        WriteObject(embedding);
        _pacer.Add(embedding.Dimension * sizeof(float));
    }
}
