namespace CohereShell;

/// <summary>Puts the Markdown of a page together.</summary>
internal static class MarkdownParts
{
    private const string Separator = "\n\n";

    /// <summary>The parts with a blank line between them. Empty parts are left out.</summary>
    public static string Join(IEnumerable<string?> parts) =>
        string.Join(Separator, parts.Where(part => !string.IsNullOrWhiteSpace(part)).Select(part => part!.Trim('\r', '\n')));

    /// <summary>An image in the form that the service uses. A description with brackets must not end it.</summary>
    public static string Image(string description, string id) =>
        $"![{description.Replace("\r", string.Empty).Replace('\n', ' ').Replace("[", "\\[").Replace("]", "\\]")}]({id})";
}
