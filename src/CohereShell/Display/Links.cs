namespace CohereShell.Display;

/// <summary>Links on the screen. A terminal that doesn't know them can show them as text.</summary>
internal static class Links
{
    private static readonly string[] Programs = ["vscode", "iTerm.app", "WezTerm", "ghostty", "Hyper", "Tabby", "rio"];

    /// <summary>The first version of VTE, the library of GNOME Terminal and others, in which links work.</summary>
    private const int FirstVte = 5000;

    /// <summary>Whether the terminal shows links, as far as it tells.</summary>
    public static bool AreShown { get; } = Find(Environment.GetEnvironmentVariable);

    /// <summary>Whether a terminal with these environment variables shows links.</summary>
    internal static bool Find(Func<string, string?> variable) =>
        !string.IsNullOrEmpty(variable("WT_SESSION"))
        || Programs.Contains(variable("TERM_PROGRAM"), StringComparer.OrdinalIgnoreCase)
        || !string.IsNullOrEmpty(variable("KITTY_WINDOW_ID"))
        || !string.IsNullOrEmpty(variable("KONSOLE_VERSION"))
        || !string.IsNullOrEmpty(variable("DOMTERM"))
        || !string.IsNullOrEmpty(variable("ALACRITTY_WINDOW_ID"))
        || (int.TryParse(variable("VTE_VERSION"), out int version) && version >= FirstVte);

    /// <summary>The address of a file; null if it doesn't have one. It has no control characters.</summary>
    public static string? ToFile(string? path) =>
        path is { Length: > 0 } && Uri.TryCreate(Uri.UriSchemeFile + "://" + (path[0] == '/' ? string.Empty : "/") + Uri.EscapeDataString(path).Replace("%2F", "/").Replace("%5C", "/").Replace("%3A", ":"), UriKind.Absolute, out Uri? address)
            ? address.AbsoluteUri
            : null;
}
