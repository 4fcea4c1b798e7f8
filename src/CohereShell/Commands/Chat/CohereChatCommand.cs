using System.Text;
using CohereShell.Completion;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>The base of commands that chat with a model: the start of the conversation, and the tools.</summary>
public abstract class CohereChatCommand : CohereInputCommand
{
    /// <summary>Answers, messages and conversations to continue, documents of any kind, or questions.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? InputObject { get; set; }

    /// <summary>Instructions for the whole conversation. They replace the instructions that it already has.</summary>
    [Parameter]
    [Alias("System")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? SystemMessage { get; set; }

    /// <summary>
    /// The conversation so far: messages, answers, saved conversations and their files, or hashtables with role and
    /// content.
    /// </summary>
    [Parameter]
    [ConversationTransformation]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public ChatMessage[] History { get; set; } = [];

    /// <summary>
    /// Documents that the model can use and cite: strings, hashtables, objects, files, embeddings, and results of a
    /// search or a ranking.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object[] Document { get; set; } = [];

    /// <summary>Encoding of the text files among the documents. By default, UTF-8, or what a byte order mark tells.</summary>
    [Parameter]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    [ValidateNotNull]
    public Encoding? Encoding { get; set; }

    /// <summary>
    /// Tools that the model can call: commands and their names, tools, and hashtables with name, description and
    /// parameters (a JSON schema).
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object[] Tool { get; set; } = [];

    /// <summary>Tools that can run without a prompt: names of tools or commands. Wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(AllowedToolCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] AllowTool { get; set; } = [];

    /// <summary>
    /// Number of rounds of tool calls after which the command ends or, in an interactive chat, asks the user. The
    /// default is 10.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int MaxToolStep { get; set; } = 10;

    /// <summary>Maximum time for each tool call in seconds. The default is 300.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int ToolTimeoutSec { get; set; } = 300;

    /// <summary>How the model creates citations. By default, the service decides.</summary>
    [Parameter]
    public CitationMode? CitationMode { get; set; }

    /// <summary>The safety instruction that is added to the prompt. By default, the service uses Contextual.</summary>
    [Parameter]
    public SafetyMode? SafetyMode { get; set; }

    /// <summary>Maximum length of an answer in tokens. By default, the model's limit applies.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int? MaxTokens { get; set; }

    /// <summary>Randomness of the answer, from 0 to 1. By default, the service uses 0.3.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double? Temperature { get; set; }

    /// <summary>
    /// Makes the model think before it answers. By default, the model decides. -Thinking:$false turns thinking off.
    /// </summary>
    [Parameter]
    public SwitchParameter Thinking { get; set; }

    /// <summary>Whether the user specified -Thinking:$false.</summary>
    internal bool IsThinkingRefused => IsBound(nameof(Thinking)) && !Thinking;

    /// <summary>Documents that the model can use and cite, from -Document or the pipeline.</summary>
    private protected Documents Documents { get; } = new();

    /// <summary>Adds the documents of -Document, before those of the pipeline. A problem with one is reported before a call is made.</summary>
    private protected void AddDocuments()
    {
        Documents.Encoding = Encoding;
        Documents.Ending = Ending;
        Documents.Warn = WriteInputWarning;
        Documents.Resolve = name => FileNames.Resolve(this, name);
        foreach (object? document in Document.SelectMany(TableData.Each))
        {
            if (!Documents.TryAdd(document, out ErrorRecord? error))
            {
                ThrowTerminatingError(error);
            }
        }
    }

    /// <summary>Adds a document from the pipeline. A problem with it doesn't stop the other documents.</summary>
    internal void CollectDocument(object? input)
    {
        if (!Documents.TryAdd(input, out ErrorRecord? error))
        {
            WriteError(error);
        }
    }
}
