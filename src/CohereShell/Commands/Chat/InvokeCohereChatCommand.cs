using System.Collections;
using System.Text.Json;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;
using CohereShell.Rows;
using CohereShell.Tools;

namespace CohereShell.Commands;

/// <summary>Invoke-CohereChat: sends questions to a model. See <see href="https://docs.cohere.com/reference/chat"/>.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "CohereChat", HelpUri = OnlineHelp.Chat, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ChatResponse), typeof(ChatStreamEvent), typeof(PSObject), typeof(IDictionary), typeof(FileInfo))]
public sealed class InvokeCohereChatCommand : CohereChatCommand, IChatSettings
{
    private readonly ItemProgress _progress = new("Answering", "answered", isSlow: true);
    private ChatRequest _template = new();
    private ChatInput? _input;
    private ChatAnswers? _answers;
    private ToolGate? _gate;
    private PromptLength? _length;
    private int _givenDocuments;
    private ChatRows? _rows;
    private OrderedCalls<object, ChatResponse>? _calls;

    /// <summary>
    /// The question. With it, pipeline input is the conversation to continue, or documents. Without it, each string
    /// in the pipeline is a question.
    /// </summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Message { get; set; }

    /// <summary>
    /// The question for each row of the pipeline. Names of properties in braces are replaced with their values:
    /// <c>Classify: {Subject}</c>. A prompt without placeholders is followed by the text of the row.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Prompt { get; set; }

    /// <summary>
    /// Properties of each row of the pipeline that make up its question, or follow the prompt. Wildcards are allowed.
    /// </summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InputPropertyCompleter))]
    public string[]? Property { get; set; }

    /// <summary>The property that identifies a row. Its value becomes the Id of the answer.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InputPropertyCompleter))]
    public string? IdProperty { get; set; }

    /// <summary>Outputs a copy of each row with the answer added to it.</summary>
    [Parameter]
    public SwitchParameter Merge { get; set; }

    /// <summary>The property for the answer. By default, Text or, for a JSON answer, the properties of the JSON.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? OutputProperty { get; set; }

    /// <summary>Also outputs rows without an answer. The reason is in the property Error, which all rows then have.</summary>
    [Parameter]
    public SwitchParameter IncludeFailed { get; set; }

    /// <summary>
    /// Path of a .jsonl or .csv file to which each result is appended as it arrives, used exactly as typed: no wildcards.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Continues the file of -OutFile and skips rows whose id is in it.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the file when it's complete.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The model. By default, the session's chat model.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ChatModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    /// <summary>Images for the question: paths of PNG, JPEG, WebP or GIF files (wildcards are allowed), or addresses.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Image { get; set; } = [];

    /// <summary>How closely the model looks at the images. By default, the service decides.</summary>
    [Parameter]
    public ImageDetail? ImageDetail { get; set; }

    /// <summary>JSON schema that the answer must match: a hashtable, an object, or a string that is JSON.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? JsonSchema { get; set; }

    /// <summary>Requests a JSON object as the answer.</summary>
    [Parameter]
    public SwitchParameter Json { get; set; }

    /// <summary>Up to 5 strings that end the answer when the model writes one of them.</summary>
    [Parameter]
    [ValidateCount(1, 5)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string[]? StopSequence { get; set; }

    /// <summary>A number that makes sampling repeatable. The service doesn't guarantee it.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public ulong? Seed { get; set; }

    /// <summary>Reduces repetition, from 0 to 1. The more often a token has occurred, the higher the penalty.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double? FrequencyPenalty { get; set; }

    /// <summary>Reduces repetition, from 0 to 1. The penalty doesn't depend on the number of occurrences.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double? PresencePenalty { get; set; }

    /// <summary>Number of most likely tokens that the model chooses from, from 0 to 500.</summary>
    [Parameter]
    [Alias("K")]
    [ValidateRange(0, 500)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int? TopK { get; set; }

    /// <summary>Total probability of the most likely tokens that the model chooses from, from 0.01 to 0.99.</summary>
    [Parameter]
    [Alias("P")]
    [ValidateRange(0.01, 0.99)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double? TopP { get; set; }

    /// <summary>Returns the log probabilities of the answer's tokens in the property LogProbs.</summary>
    [Parameter]
    public SwitchParameter LogProb { get; set; }

    /// <summary>Maximum number of tokens for thinking. It turns thinking on.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int? ThinkingTokenBudget { get; set; }

    /// <summary>Priority of the request when the service is busy, from 0 (highest) to 999.</summary>
    [Parameter]
    [ValidateRange(0, 999)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int? Priority { get; set; }

    /// <summary>Whether the model must call a tool, or can't call any. By default, the model decides.</summary>
    [Parameter]
    public ToolChoice? ToolChoice { get; set; }

    /// <summary>Makes tool calls follow the tool definitions strictly.</summary>
    [Parameter]
    public SwitchParameter StrictTool { get; set; }

    /// <summary>Runs the tools that the model calls and sends their output back, until it answers.</summary>
    [Parameter]
    public SwitchParameter InvokeTool { get; set; }

    /// <summary>Outputs the parts of the answer as events while they arrive. The last event contains the whole answer.</summary>
    [Parameter]
    public SwitchParameter Stream { get; set; }

    /// <summary>Shows the answer on the screen as it arrives, and returns the complete answer at the end.</summary>
    [Parameter]
    public SwitchParameter Live { get; set; }

    /// <summary>Returns the JSON of the answer as an object.</summary>
    [Parameter]
    public SwitchParameter AsObject { get; set; }

    /// <summary>Returns the JSON of the answer as a hashtable.</summary>
    [Parameter]
    public SwitchParameter AsHashtable { get; set; }

    /// <summary>
    /// Maximum number of calls in flight at the same time. The default is 5. Output keeps the order of the input.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 256)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int ThrottleLimit { get; set; } = 5;

    /// <inheritdoc/>
    bool IChatSettings.IsThinkingRefused => IsThinkingRefused;

    private ChatAnswers Answers => _answers ??= new ChatAnswers(this);

    private OrderedCalls<object, ChatResponse> Calls =>
        _calls ??= new(this, ThrottleLimit, (_, response) => Answers.Write(response), (target, failure) => WriteFailure(failure, target)) { Progress = Items };

    // With -Message, there is usually one call. Live text and events show the progress themselves.
    private protected override ItemProgress? Progress => Message is null && !AsksWithHistory && !Stream && !Live ? _progress : null;

    private protected override bool ShowsWaits => !Stream && !Live;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        ChatRules.Check(this);
        try
        {
            AddDocuments();
            _givenDocuments = Documents.Count;
            _template = ChatTemplate.From(this) with { Documents = Documents.All };
            _input = new ChatInput(this, Images.Resolve(this, Image, ImageDetail).ToArray(), Ask);
            if (InvokeTool)
            {
                ChatRules.CheckTools(this, _template.Tools!);
                _gate = new ToolGate(this, AllowTool);
            }

            base.BeginProcessing();
            if (HasRows)
            {
                _rows = new ChatRows(this, Answers, _template.ResponseFormat?.JsonSchema, RequestFor, _gate is null ? null : new ToolAnswering(this, Answers, _gate).Ask);
            }
        }
        catch (InputException exception)
        {
            ThrowTerminatingError(exception.Error);
        }
        catch (Exception exception) when (exception is NotJsonException or JsonException)
        {
            ThrowTerminatingError(ErrorRecords.NotJson(exception, exception is NotJsonException ? null : JsonSchema));
        }
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

    /// <summary>Whether each object of the pipeline is a question.</summary>
    internal bool HasRows => Prompt is not null || Property is not null;

    // With -InvokeTool, -WhatIf of a question asks the model and shows the commands that it wants to run. For rows, that would
    // cost as much as the run.
    private protected override bool PlansCalls => !InvokeTool || HasRows;

    // With -InvokeTool, -Confirm asks for each command that the model wants to run.
    private protected override bool ConfirmsCalls => !InvokeTool;

    private protected override string? PlanNote => InvokeTool ? "Each time the model calls tools, their output is sent with another call." : null;

    private protected override void ReadInput()
    {
        foreach (object? value in TableData.Each(InputObject))
        {
            if (_rows is not null)
            {
                _rows.Take(value);
            }
            else
            {
                _input!.Take(value);
            }
        }
    }

    private protected override void Complete()
    {
        // An empty pipeline is usually a search or a filter that found nothing. An answer without sources would look like one with
        // them.
        if (Message is not null && MyInvocation.ExpectingInput && Documents.Count <= _givenDocuments && !_input!.HasConversation)
        {
            ThrowTerminatingError(ErrorRecords.NoDocuments());
        }

        if (Message is not null && Documents.Count > 0)
        {
            ChatRules.CheckWithDocuments(this);
            _template = _template with { Documents = Documents.All };
        }

        if (_rows is not null)
        {
            _rows.Complete();
            return;
        }

        _input!.Complete();
        Calls.Complete();
    }

    private protected override IReadOnlyList<string> InputParameters => [nameof(InputObject)];

    // Then they are questions. Documents are compared where they are read, and rows have no names.
    private protected override bool WarnsOfPipedNames => Message is null && !HasRows;

    private protected override (string Message, string Action)? NoInput => HasRows ?
    (
        $"{(Prompt is null ? "-Property" : "-Prompt")} is the question for each row of the pipeline, and the pipeline is empty.",
        "Pipe the rows: Import-Csv tickets.csv | Invoke-CohereChat -Prompt 'Classify: {Subject}'. For a single question, use -Message."
    )
    : Message is not null || AsksWithHistory ? null :
    (
        "The question is missing: -Message isn't specified, and the pipeline is empty.",
        "Specify the question: Invoke-CohereChat 'What is event 4625?'"
    );

    /// <summary>
    /// Whether the conversation is complete without another message, because it ends with a tool result or a question.
    /// Images belong to a new question.
    /// </summary>
    internal bool AsksWithHistory =>
        Message is null
        && !HasRows
        && !MyInvocation.ExpectingInput
        && !IsBound(nameof(InputObject))
        && Image.Length == 0
        && History.LastOrDefault()?.Role is ChatRole.Tool or ChatRole.User;

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields =>
    [
        .. base.OwnFields,
        ("messages", "-Message, -Prompt, -SystemMessage and -History"),
        ("stream", "-Stream or -Live"),
    ];

    private void Ask(IReadOnlyList<ChatMessage> history, ChatMessage question, object target)
    {
        ChatRequest request = _template with { Messages = [.. WithSystemMessage(history), question] };
        (_length ??= new PromptLength(this)).Check(request);
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
        // After the call and not before the next one: if no other call is in flight, its answer is written before the
        // next question is read.
        Calls.MakeRoom();
    }

    private ChatRequest RequestFor(string question)
    {
        ChatRequest request = _template with { Messages = [.. WithSystemMessage(History), _input!.QuestionOf(question)] };
        (_length ??= new PromptLength(this)).Check(request);
        return request;
    }

    private IEnumerable<ChatMessage> WithSystemMessage(IReadOnlyList<ChatMessage> history) => SystemMessage is null
        ? history
        // The new instruction replaces the one that the conversation started with.
        : history.Where(message => message.Role != ChatRole.System).Prepend(new ChatMessage(ChatRole.System, SystemMessage));
}
