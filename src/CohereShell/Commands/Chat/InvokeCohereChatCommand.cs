using System.Collections;
using System.Text.Json;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;
using CohereShell.Tools;

namespace CohereShell.Commands;

/// <summary>Invoke-CohereChat: asks a model. See <see href="https://docs.cohere.com/reference/chat"/>.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "CohereChat", HelpUri = OnlineHelp.Chat, DefaultParameterSetName = AnswerSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ChatResponse), ParameterSetName = [AnswerSet, LiveSet])]
[OutputType(typeof(ChatStreamEvent), ParameterSetName = [StreamSet])]
[OutputType(typeof(PSObject), ParameterSetName = [ObjectSet])]
[OutputType(typeof(IDictionary), ParameterSetName = [HashtableSet])]
public sealed class InvokeCohereChatCommand : CohereChatCommand
{
    private const string AnswerSet = "Answer";
    private const string StreamSet = "Stream";
    private const string LiveSet = "Live";
    private const string ObjectSet = "AsObject";
    private const string HashtableSet = "AsHashtable";

    private ChatRequest _template = new();
    private ChatInput? _input;
    private ChatAnswers? _answers;
    private ToolGate? _gate;
    private OrderedCalls<object, ChatResponse>? _calls;

    /// <summary>
    /// The question. With it, what comes down the pipeline is the conversation to go on with, or documents for the
    /// answer; without it, each string of the pipeline is a question of its own.
    /// </summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Message { get; set; }

    /// <summary>The model.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ChatModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    /// <summary>Images for the question: paths of PNG, JPEG, WebP or GIF files, wildcards allowed, or web addresses.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Image { get; set; } = [];

    /// <summary>How closely the images are looked at.</summary>
    [Parameter]
    public ImageDetail? ImageDetail { get; set; }

    /// <summary>The JSON schema that the answer has to fit: a hashtable, or a string that is JSON.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? JsonSchema { get; set; }

    /// <summary>The answer is a JSON object.</summary>
    [Parameter]
    public SwitchParameter Json { get; set; }

    /// <summary>Up to 5 texts that end the answer.</summary>
    [Parameter]
    [ValidateCount(1, 5)]
    [ValidateNotNullOrEmpty]
    public string[]? StopSequence { get; set; }

    /// <summary>Makes sampling repeatable, as far as the service can.</summary>
    [Parameter]
    public ulong? Seed { get; set; }

    /// <summary>Fewer repetitions, the more often a token stood before; 0 to 1.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double? FrequencyPenalty { get; set; }

    /// <summary>Fewer repetitions; 0 to 1.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double? PresencePenalty { get; set; }

    /// <summary>Only so many of the most likely tokens are considered; 0 to 500.</summary>
    [Parameter]
    [Alias("K")]
    [ValidateRange(0, 500)]
    public int? TopK { get; set; }

    /// <summary>Only the most likely tokens up to this probability in all are considered; 0.01 to 0.99.</summary>
    [Parameter]
    [Alias("P")]
    [ValidateRange(0.01, 0.99)]
    public double? TopP { get; set; }

    /// <summary>The answer holds the log probabilities of its tokens.</summary>
    [Parameter]
    public SwitchParameter LogProb { get; set; }

    /// <summary>The most tokens for thinking.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? ThinkingTokenBudget { get; set; }

    /// <summary>0, the highest, to 999.</summary>
    [Parameter]
    [ValidateRange(0, 999)]
    public int? Priority { get; set; }

    /// <summary>Whether a tool has to be called, or none may be.</summary>
    [Parameter]
    public ToolChoice? ToolChoice { get; set; }

    /// <summary>Tool calls follow the definitions strictly.</summary>
    [Parameter]
    public SwitchParameter StrictTool { get; set; }

    /// <summary>Has the tools carried out that the model calls, until it answers.</summary>
    [Parameter]
    public SwitchParameter InvokeTool { get; set; }

    /// <summary>Puts out the pieces of the answer as they arrive; the last one holds the whole answer.</summary>
    [Parameter(ParameterSetName = StreamSet, Mandatory = true)]
    public SwitchParameter Stream { get; set; }

    /// <summary>Shows the answer on the host as it arrives, and puts out the whole of it.</summary>
    [Parameter(ParameterSetName = LiveSet, Mandatory = true)]
    public SwitchParameter Live { get; set; }

    /// <summary>Puts out the JSON of the answer as an object.</summary>
    [Parameter(ParameterSetName = ObjectSet, Mandatory = true)]
    public SwitchParameter AsObject { get; set; }

    /// <summary>Puts out the JSON of the answer as a hashtable.</summary>
    [Parameter(ParameterSetName = HashtableSet, Mandatory = true)]
    public SwitchParameter AsHashtable { get; set; }

    /// <summary>How many questions of the pipeline are asked at the same time. Answers leave in the order of the questions.</summary>
    [Parameter(ParameterSetName = AnswerSet)]
    [Parameter(ParameterSetName = ObjectSet)]
    [Parameter(ParameterSetName = HashtableSet)]
    [ValidateRange(1, 256)]
    public int ThrottleLimit { get; set; } = 5;

    private ChatAnswers Answers => _answers ??= new ChatAnswers(this);

    private OrderedCalls<object, ChatResponse> Calls =>
        _calls ??= new(this, ThrottleLimit, (_, response) => Answers.Write(response), (target, failure) => WriteFailure(failure, target));

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        ChatRules.Check(this);
        try
        {
            AddDocuments();
            _template = ChatTemplate.From(this) with { Documents = Documents.All };
            _input = new ChatInput(this, Images.Resolve(this, Image, ImageDetail).ToArray(), Ask);
            if (InvokeTool)
            {
                ChatRules.CheckTools(this, _template.Tools!);
                _gate = new ToolGate(this, AllowTool);
            }

            base.BeginProcessing();
        }
        catch (Exception exception) when (exception is NotJsonException or JsonException)
        {
            ThrowTerminatingError(ErrorRecords.NotJson(exception, exception is NotJsonException ? null : JsonSchema));
        }
    }

    private protected override void ReadInput() => _input!.Take(InputObject);

    private protected override void Complete()
    {
        if (Message is not null && Documents.Count > 0)
        {
            ChatRules.CheckWithDocuments(this);
            _template = _template with { Documents = Documents.All };
        }

        _input!.Complete();
        Calls.Complete();
    }

    private protected override IReadOnlyList<string> InputParameters => [nameof(InputObject)];

    private protected override (string Message, string Action)? NoInput => Message is not null ? null :
    (
        "There is nothing to ask: neither -Message nor anything on the pipeline.",
        "Give the question: Invoke-CohereChat 'What is event 4625?'"
    );

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields =>
    [
        .. base.OwnFields,
        ("messages", "-Message, -SystemMessage and -History"),
        ("stream", "-Stream or -Live"),
    ];

    private void Ask(IReadOnlyList<ChatMessage> history, ChatMessage question, object target)
    {
        ChatRequest request = _template with { Messages = [.. WithSystemMessage(history), question] };
        if (_gate is not null)
        {
            new ToolAnswering(this, Answers, _gate).Ask(request, target);
            return;
        }

        if (Stream || Live)
        {
            Answers.Stream(request, target);
            return;
        }

        Calls.Begin(target, token => Client.Chat.SendAsync(request, Options, token));
        // After it and not before the next: with nobody else under way, an answer is there before the next question is read.
        Calls.MakeRoom();
    }

    private IEnumerable<ChatMessage> WithSystemMessage(IReadOnlyList<ChatMessage> history) => SystemMessage is null
        ? history
        // The new instruction takes the place of the one that the conversation began with.
        : history.Where(message => message.Role != ChatRole.System).Prepend(new ChatMessage(ChatRole.System, SystemMessage));
}
