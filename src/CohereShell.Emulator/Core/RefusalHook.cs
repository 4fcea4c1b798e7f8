namespace CohereShell.Emulation;

/// <summary>
/// A text that asks to be refused: what a client does with one bad input among many can be tried with good requests.
/// </summary>
internal static class RefusalHook
{
    internal const string Word = "emulate:400";

    /// <exception cref="EmulatorException">The text holds the word.</exception>
    internal static void Check(string text, int index)
    {
        if (text.IndexOf(Word, StringComparison.Ordinal) >= 0)
        {
            throw new EmulatorException(400, FormattableString.Invariant($"invalid request: the text at index {index} was refused as the request asked"));
        }
    }
}
