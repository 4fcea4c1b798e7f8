namespace CohereShell;

/// <summary>
/// The secrets of all sessions of the process, of closed ones too, for texts that don't belong to a session. A user can
/// specify a key as an id or a path by mistake, and the error that refuses it must not write it to a log.
/// </summary>
internal static class KnownSecrets
{
    private static readonly List<WeakReference<ISecrets>> Known = [];

    /// <summary>Removes the secrets of an object from texts as long as the object exists.</summary>
    public static void Add(ISecrets secrets)
    {
        lock (Known)
        {
            Known.RemoveAll(known => !known.TryGetTarget(out _));
            Known.Add(new WeakReference<ISecrets>(secrets));
        }
    }

    /// <summary>The text without secrets.</summary>
    public static string Redact(string text)
    {
        lock (Known)
        {
            return Known.Aggregate(text, (rest, reference) => reference.TryGetTarget(out ISecrets? known) ? known.Redact(rest)! : rest);
        }
    }

    /// <summary>Whether a text contains a secret.</summary>
    public static bool AreIn(string text) => Redact(text) != text;
}

/// <summary>An object that knows secrets.</summary>
internal interface ISecrets
{
    /// <summary>The text without the secrets of the object.</summary>
    string? Redact(string? text);
}
