using CohereShell.Completion;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>The base of commands that have a conversation with a model: what it begins with, and which tools it has.</summary>
public abstract class CohereChatCommand : CohereInputCommand
{
    /// <summary>Answers, messages and conversations to go on with, documents of any kind, questions.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    public object? InputObject { get; set; }

    /// <summary>Instructions for the whole conversation.</summary>
    [Parameter]
    [Alias("System")]
    [ValidateNotNullOrEmpty]
    public string? SystemMessage { get; set; }

    /// <summary>The conversation so far: messages, answers, saved conversations and their files, or hashtables with role and content.</summary>
    [Parameter]
    [ConversationTransformation]
    [ValidateNotNull]
    public ChatMessage[] History { get; set; } = [];

    /// <summary>What the model may use and cite: strings, hashtables, objects, files, embeddings, results of a search or a ranking.</summary>
    [Parameter]
    [ValidateNotNull]
    public object[] Document { get; set; } = [];

    /// <summary>Tools that the model may call: commands, their names, tools, hashtables with name, description and parameters (a JSON schema).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object[] Tool { get; set; } = [];

    /// <summary>Tools that may run without being asked for: names of tools or commands, wildcards allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(AllowedToolCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] AllowTool { get; set; } = [];

    /// <summary>After how many rounds of tools it is enough, or whoever sits at the prompt is asked.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int MaxToolStep { get; set; } = 10;

    /// <summary>How long a tool may run, in seconds.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int ToolTimeoutSec { get; set; } = 300;

    /// <summary>How citations are made.</summary>
    [Parameter]
    public CitationMode? CitationMode { get; set; }

    /// <summary>How much safety instruction is put into the prompt.</summary>
    [Parameter]
    public SafetyMode? SafetyMode { get; set; }

    /// <summary>The longest answer, in tokens.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaxTokens { get; set; }

    /// <summary>Randomness, 0 to 1; the service takes 0.3 where nothing is said.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double? Temperature { get; set; }

    /// <summary>The model thinks before it answers; with -Thinking:$false a reasoning model does not.</summary>
    [Parameter]
    public SwitchParameter Thinking { get; set; }

    /// <summary>Whether -Thinking:$false stands there; leaving it out leaves it to the model.</summary>
    internal bool IsThinkingRefused => IsBound(nameof(Thinking)) && !Thinking;

    /// <summary>What the model may use and cite, given or piped.</summary>
    private protected Documents Documents { get; } = new();

    /// <summary>Takes the documents that are given: what is wrong with one is known before a call is spent.</summary>
    private protected void AddDocuments()
    {
        foreach (object document in Document)
        {
            if (!Documents.TryAdd(document, out ErrorRecord? error))
            {
                ThrowTerminatingError(error);
            }
        }
    }

    /// <summary>Takes a document of the pipeline: what is wrong with it does not stop the rest.</summary>
    internal void CollectDocument(object? input)
    {
        if (!Documents.TryAdd(input, out ErrorRecord? error))
        {
            WriteError(error);
        }
    }
}
