namespace CohereShell.Emulation;

/// <summary>How many tokens of an input a model takes, and what becomes of the others.</summary>
internal sealed class TextLimit(int maxTokens, string truncate)
{
    /// <summary>The text as the model takes it, and how many tokens that is.</summary>
    /// <exception cref="EmulatorException">It is too long, and nothing may be left out.</exception>
    internal string Cut(string text, int index, out int tokens)
    {
        tokens = TokenCodec.Count(text);
        if (tokens <= maxTokens)
        {
            return text;
        }

        if (truncate == "NONE")
        {
            throw new EmulatorException(
                400,
                FormattableString.Invariant($"invalid request: input at index {index} is too long, total number of tokens cannot exceed {maxTokens} - received {tokens}. ")
                    + "Try using a shorter text, or setting truncate to START or END.");
        }

        string cut = truncate == "START"
            ? text.Substring(TokenCodec.End(text, tokens - maxTokens))
            : text.Substring(0, TokenCodec.End(text, maxTokens));
        tokens = maxTokens;
        return cut;
    }
}
