namespace CohereShell.Commands;

/// <summary>Removes the code block that some models put around JSON, although only JSON was requested.</summary>
internal static class FencedJson
{
    private const string Fence = "```";

    /// <summary>The content of the code block; the text itself if it isn't a single code block.</summary>
    public static string Unwrap(string text)
    {
        string block = text.Trim();
        int firstLineEnd = block.IndexOf('\n');
        if (!block.StartsWith(Fence, StringComparison.Ordinal) || !block.EndsWith(Fence, StringComparison.Ordinal) || firstLineEnd < 0)
        {
            return text;
        }

        string content = block.Substring(firstLineEnd + 1, Math.Max(0, block.Length - Fence.Length - firstLineEnd - 1));
        // Two code blocks aren't one JSON value.
        return content.Contains("\n" + Fence) ? text : content;
    }
}
