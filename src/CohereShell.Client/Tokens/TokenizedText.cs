namespace CohereShell;

/// <summary>
/// A text and its tokens, the units that a model reads and that Cohere bills.
/// See <see href="https://docs.cohere.com/docs/tokens-and-tokenizers"/>.
/// </summary>
public sealed class TokenizedText
{
    /// <summary>The position of the text among all inputs, from 0.</summary>
    public long Index { get; init; }

    /// <summary>The text.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The model whose tokenizer was used. Other models have different tokens.</summary>
    public string Model { get; init; } = string.Empty;

    /// <summary>The tokens.</summary>
    public int[] Tokens { get; init; } = [];

    /// <summary>The text of each token.</summary>
    public string[] TokenStrings { get; init; } = [];

    /// <summary>The number of tokens.</summary>
    public int Count => Tokens.Length;

    /// <summary>The cost, if the service reports one. Cohere doesn't bill tokenization.</summary>
    public Usage Usage { get; init; } = Usage.None;

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>The response to a tokenize call.</summary>
/// <param name="Tokens">The tokens.</param>
/// <param name="TokenStrings">The text of each token.</param>
/// <param name="Usage">The cost of the call.</param>
public sealed record TokenizeResponse(IReadOnlyList<int> Tokens, IReadOnlyList<string> TokenStrings, Usage Usage);

/// <summary>The response to a detokenize call.</summary>
/// <param name="Text">The text.</param>
/// <param name="Usage">The cost of the call.</param>
public sealed record DetokenizeResponse(string Text, Usage Usage);
