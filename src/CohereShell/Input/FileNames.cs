using CohereShell.Display;

namespace CohereShell.Input;

/// <summary>
/// Warns if a text is the path of a file that exists: most likely, the user means the content of the file, and the service
/// would get its name.
/// </summary>
internal static class FileNames
{
    private const int LongestPath = 260;

    /// <param name="text">The text.</param>
    /// <param name="resolve">Returns the path of a file for a name, or null if the name can't be one.</param>
    /// <param name="warn">Shows a warning.</param>
    /// <param name="advise">What to do instead. Its argument is the quoted name.</param>
    public static void Warn(string text, Func<string, string?> resolve, Action<string> warn, Func<string, string> advise)
    {
        if (IsPathLike(text) && resolve(text) is { } path && File.Exists(path))
        {
            warn($"'{text}' is sent as a text. {advise(PowerShellText.Quote(text))}");
        }
    }

    /// <summary>The path of a name in the current location; null if the name can't be a path of the file system.</summary>
    public static string? Resolve(PSCmdlet command, string name)
    {
        try
        {
            string path = command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(name, out ProviderInfo provider, out _);
            return provider.Name == "FileSystem" ? path : null;
        }
        catch (Exception exception) when (exception is RuntimeException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    // Before the disk is asked: a sentence isn't a path.
    private static bool IsPathLike(string text) =>
        text.Length is > 0 and <= LongestPath
        && (text.IndexOf('/') >= 0 || text.IndexOf('\\') >= 0 || HasExtension(text))
        && text.IndexOfAny(['\n', '\r', '\0', '*', '?', '"', '<', '>', '|']) < 0;

    // 'notes.txt', and not 'It works.'
    private static bool HasExtension(string text)
    {
        int dot = text.LastIndexOf('.');
        return dot >= 0 && dot < text.Length - 1 && text.IndexOf(' ', dot) < 0;
    }
}
