namespace CohereShell.Emulation;

/// <summary>A text that is refused on request. It shows how a client handles one bad input among good ones.</summary>
internal static class RefusalHook
{
    internal const string Word = "emulate:400";

    /// <exception cref="EmulatorException">The text contains the word.</exception>
    internal static void Check(string text, int index)
    {
        if (text.IndexOf(Word, StringComparison.Ordinal) >= 0)
        {
            throw new EmulatorException(400, FormattableString.Invariant($"invalid request: the text at index {index} was refused as the request asked"));
        }
    }
}
