namespace CohereShell.Emulation;

/// <summary>The maximum number of tokens of an input, and how longer inputs are truncated.</summary>
internal sealed class TextLimit(int maxTokens, string truncate)
{
    /// <summary>Truncates a text to the limit, and returns the number of tokens.</summary>
    /// <exception cref="EmulatorException">The text is too long, and truncation is off.</exception>
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
