using System.Collections;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>ConvertFrom-CohereToken: makes texts of tokens. See <see href="https://docs.cohere.com/reference/detokenize"/>.</summary>
[Cmdlet(VerbsData.ConvertFrom, "CohereToken", HelpUri = OnlineHelp.Detokenize)]
[OutputType(typeof(string))]
public sealed class ConvertFromCohereTokenCommand : CohereParallelCommand
{
    // Numbers that come one by one are one text; their number is not more than a call takes, by one at most.
    private readonly List<int> _gathered = [];
    private OrderedCalls<object?, DetokenizeResponse>? _calls;

    /// <summary>Tokens: lists of whole numbers, each a text; objects of ConvertTo-CohereToken; or numbers one by one, which are one text.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Tokens", "InputObject")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? Token { get; set; }

    /// <summary>The model whose tokenizer is used.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ChatModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    private OrderedCalls<object?, DetokenizeResponse> Calls => _calls ??= new(this, ThrottleLimit, (_, response) => WriteObject(response.Text), (target, failure) => WriteFailure(failure, target));

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields => [.. base.OwnFields, ("tokens", "-Token")];

    private protected override IReadOnlyList<string> InputParameters => [nameof(Token)];

    private protected override (string Message, string Action)? NoInput =>
    (
        "There is nothing to convert: neither -Token nor anything on the pipeline.",
        "Give tokens: ConvertFrom-CohereToken 28339, 2835"
    );

    private protected override void ReadInput()
    {
        (IEnumerable? list, string? model) = TokenInput.ListIn(Token);
        if (list is not null)
        {
            Convert(list, model, Token);
        }
        else if (TokenInput.TryGet(Token, out int token))
        {
            Gather(token);
        }
        else
        {
            WriteError(ErrorRecords.NotAToken(Token, string.Empty, Token));
        }
    }

    private protected override void Complete()
    {
        if (_gathered.Count > 0)
        {
            Convert(_gathered, null, _gathered);
        }

        Calls.Complete();
    }

    private void Convert(IEnumerable list, string? model, object? target)
    {
        if (!TokenInput.TryGet(list, target, out int[] tokens, out ErrorRecord? error))
        {
            WriteError(error);
            return;
        }

        Calls.Begin(target, token => Client.Tokens.DetokenizeAsync(tokens, Model ?? model, Options, token));
        Calls.MakeRoom();
    }

    private void Gather(int token)
    {
        if (_gathered.Count <= TokensClient.MaxTokens)
        {
            _gathered.Add(token);
        }
    }
}
