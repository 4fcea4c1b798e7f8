namespace CohereShell;

/// <summary>
/// A text and its tokens, the units that a model reads and that are billed.
/// See <see href="https://docs.cohere.com/docs/tokens-and-tokenizers"/>.
/// </summary>
public sealed class TokenizedText
{
    /// <summary>The place of the text among all inputs, from 0.</summary>
    public long Index { get; init; }

    /// <summary>The text.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The model whose tokenizer it was. The tokens mean nothing to another.</summary>
    public string Model { get; init; } = string.Empty;

    /// <summary>The tokens.</summary>
    public int[] Tokens { get; init; } = [];

    /// <summary>What each token stands for.</summary>
    public string[] TokenStrings { get; init; } = [];

    /// <summary>How many tokens there are.</summary>
    public int Count => Tokens.Length;

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>The answer to a call of tokenize.</summary>
/// <param name="Tokens">The tokens.</param>
/// <param name="TokenStrings">What each of them stands for.</param>
/// <param name="Usage">What the call cost.</param>
public sealed record TokenizeResponse(IReadOnlyList<int> Tokens, IReadOnlyList<string> TokenStrings, Usage Usage);

/// <summary>The answer to a call of detokenize.</summary>
/// <param name="Text">The text.</param>
/// <param name="Usage">What the call cost.</param>
public sealed record DetokenizeResponse(string Text, Usage Usage);
