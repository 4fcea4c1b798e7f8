namespace CohereShell;

/// <summary>The errors of documents.</summary>
internal static class DocumentErrors
{
    public static CohereException Damaged(string path, string problem, Exception? cause = null) =>
        new(ErrorReason.DocumentDamaged, $"'{path}' can't be read: {problem.TrimEnd('.')}.", cause);

    public static CohereException Encrypted(string path, string kind) =>
        new(ErrorReason.DocumentEncrypted, $"'{path}' is encrypted. {kind}");

    public static CohereException NotSupported(string path, string kind, string? advice = null) =>
        new(ErrorReason.DocumentNotSupported, $"'{path}' {kind}.") { Advice = advice };

    public static CohereException TooLarge(string path, string problem) =>
        new(ErrorReason.DocumentTooLarge, $"'{path}' is too large: {problem}.");

    public static CohereException NoText(string path, string problem, string? advice = null) =>
        new(ErrorReason.DocumentHasNoText, $"'{path}' {problem}.") { Advice = advice };

    public static CohereException TooSlow(string path, TimeSpan time) =>
        new(ErrorReason.TimedOut, FormattableString.Invariant($"'{path}' couldn't be read within {time.TotalSeconds:0.#} s.")) { Advice = "The file may be damaged. If it's only large, specify a higher -TimeoutSec." };
}
