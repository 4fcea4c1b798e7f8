using System.Collections;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// ConvertFrom-CohereToken: decodes tokens to text. See <see href="https://docs.cohere.com/reference/detokenize"/>.
/// </summary>
[Cmdlet(VerbsData.ConvertFrom, "CohereToken", HelpUri = OnlineHelp.Detokenize)]
[OutputType(typeof(string))]
public sealed class ConvertFromCohereTokenCommand : CohereParallelCommand
{
    // Single numbers from the pipeline are one text. At most one more than the maximum of a call is kept.
    private readonly List<int> _gathered = [];
    private readonly ItemProgress _progress = new("Decoding", "decoded");
    private OrderedCalls<object?, DetokenizeResponse>? _calls;

    /// <summary>
    /// The tokens: lists of whole numbers, each of which is a text, objects of ConvertTo-CohereToken, or single
    /// numbers, which together are one text.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Tokens", "InputObject")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? Token { get; set; }

    /// <summary>The model whose tokenizer is used. By default, the session's chat model.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ChatModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    private OrderedCalls<object?, DetokenizeResponse> Calls => _calls ??= new(this, ThrottleLimit, (_, response) =>
    {
        _progress.Add(this);
        WriteObject(response.Text);
    }, (target, failure) => WriteFailure(failure, target))
    {
        Progress = _progress,
    };

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields => [.. base.OwnFields, ("tokens", "-Token")];

    private protected override IReadOnlyList<string> InputParameters => [nameof(Token)];

    private protected override (string Message, string Action)? NoInput =>
    (
        "The tokens are missing: -Token isn't specified, and the pipeline is empty.",
        "Specify tokens: ConvertFrom-CohereToken 28339, 2835"
    );

    private protected override ItemProgress? Progress => _progress;

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
