using System.Text;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>ConvertTo-CohereToken: splits texts into tokens. See <see href="https://docs.cohere.com/reference/tokenize"/>.</summary>
[Cmdlet(VerbsData.ConvertTo, "CohereToken", HelpUri = OnlineHelp.Tokenize)]
[OutputType(typeof(TokenizedText))]
public sealed class ConvertToCohereTokenCommand : CohereParallelCommand
{
    private readonly ItemProgress _progress = new("Tokenizing", "tokenized");
    private OrderedCalls<object?, TokenizedText>? _calls;
    private long _count;

    /// <summary>The texts: strings, files, or records, which are written as YAML.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("InputObject")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    [WholeObjectTransformation]
    public object?[]? Text { get; set; }

    /// <summary>The model whose tokenizer is used. By default, the session's chat model.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ChatModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    /// <summary>Sends a text that is too long for one call in parts, and joins their tokens.</summary>
    [Parameter]
    public SwitchParameter Split { get; set; }

    /// <summary>Encoding of text files. By default, UTF-8, or what a byte order mark tells.</summary>
    [Parameter]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    [ValidateNotNull]
    public Encoding? Encoding { get; set; }

    private OrderedCalls<object?, TokenizedText> Calls => _calls ??= new(this, ThrottleLimit, (_, tokenized) =>
    {
        _progress.Add(this);
        WriteObject(tokenized);
    }, (target, failure) => WriteFailure(failure, target))
    {
        Progress = _progress,
    };

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields => [.. base.OwnFields, ("text", "-Text")];

    private protected override IReadOnlyList<string> InputParameters => [nameof(Text)];

    private protected override (string Message, string Action)? NoInput =>
    (
        "The text is missing: -Text isn't specified, and the pipeline is empty.",
        "Specify a text: ConvertTo-CohereToken 'How many tokens is this?'"
    );

    private protected override ItemProgress? Progress => _progress;

    private protected override void ReadInput()
    {
        foreach (object? value in (Text ?? [null]).SelectMany(TableData.Each))
        {
            long index = _count++;
            if (TryGetText(value, out string text, out ErrorRecord? error))
            {
                Calls.Begin(value, token => TokenizeAsync(index, text, token));
                // After the call and not before the next one: if no other call is in flight, its result is written
                // before the next text is read.
                Calls.MakeRoom();
            }
            else
            {
                WriteError(error!);
            }
        }
    }

    private protected override void Complete()
    {
        Calls.Complete();
    }

    private bool TryGetText(object? value, out string text, out ErrorRecord? error)
    {
        // Blank text has tokens too.
        if (PowerShellJson.Unwrap(value) is string { Length: > 0 } plain)
        {
            text = plain;
            error = null;
        }
        else if (!RecordText.TryGet(value, null, out text, out error, Encoding))
        {
            return false;
        }

        int length = text.Length > TokensClient.MaxCharacters ? TokensClient.CountCharacters(text) : text.Length;
        if (length > TokensClient.MaxCharacters && !Split)
        {
            error = ErrorRecords.InputTooLong(
                $"This text has {length} characters. The maximum for one call is {TokensClient.MaxCharacters}.",
                "Add -Split to send the text in parts and join their tokens.",
                value);
        }

        return error is null;
    }

    private async Task<TokenizedText> TokenizeAsync(long index, string text, CancellationToken cancellationToken)
    {
        var tokens = new List<int>();
        var strings = new List<string>();
        Usage usage = Usage.None;
        foreach (string part in TextParts.Of(text, TokensClient.MaxCharacters))
        {
            TokenizeResponse response = await Client.Tokens.TokenizeAsync(part, Model, Options, cancellationToken).ConfigureAwait(false);
            tokens.AddRange(response.Tokens);
            strings.AddRange(response.TokenStrings);
            usage = usage.Plus(response.Usage);
        }

        return new TokenizedText
        {
            Index = index,
            Text = text,
            Model = Model ?? CurrentSession.ChatModel,
            Tokens = tokens.ToArray(),
            TokenStrings = strings.ToArray(),
            Usage = usage,
        };
    }
}
