using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CohereShell;

/// <summary>Formats an answer and its sources as Markdown.</summary>
internal static class CitedMarkdown
{
    private const int LongestExcerpt = 100;
    private const string Signs = "\\`*_{}[]()<>#|~";
    private static readonly Regex Entity = new("&(?=[A-Za-z][A-Za-z0-9]*;)", RegexOptions.CultureInvariant);
    private static readonly Regex ListMark = new(@"^(?:(?<number>[0-9]+)(?=[.)])|(?=[-+]))(?=\S(?:\s|$))", RegexOptions.CultureInvariant);

    public static string From(ChatResponse response)
    {
        var cited = new CitedText(response);
        var result = new StringBuilder(cited.Text.TrimEnd());
        if (cited.Sources.Count == 0)
        {
            return result.ToString();
        }

        result.Append("\n\nSources:\n");
        foreach (CitedSource source in cited.Sources)
        {
            result.Append('\n').Append(source.Number.ToString(CultureInfo.InvariantCulture)).Append(". ").Append(Describe(source));
        }

        return result.ToString();
    }

    private static string Describe(CitedSource source)
    {
        string title = Escape(source.Title);
        var parts = new List<string> { source.Address is { } address ? $"[{title}](<{Encode(address)}>)" : ListMark.Replace(title, @"${number}\") };
        if (source.Path is { } path)
        {
            parts.Add("in " + Code(path));
        }
        else if (source.Id is { } id)
        {
            parts.Add($"({Escape(id)})");
        }

        return string.Join(" ", parts) + (source.Excerpt is { } text ? ": " + Escape(Shorten(OneLine(text))) : string.Empty);
    }

    private static string Shorten(string text) => text.Length <= LongestExcerpt
        ? text
        : text.Substring(0, LongestExcerpt - (char.IsHighSurrogate(text[LongestExcerpt - 1]) ? 1 : 0)).TrimEnd() + "…";

    private static string Encode(Uri address) => address.AbsoluteUri.Replace("<", "%3C").Replace(">", "%3E");

    // A name must stay plain text on one line, without emphasis or links.
    private static string Escape(string text) => Entity.Replace(
        string.Concat(OneLine(text).Select(character => Signs.IndexOf(character) >= 0 ? "\\" + character : character.ToString())),
        @"\&");

    // Uses more backticks around the code than there are in it.
    private static string Code(string text)
    {
        string line = OneLine(text);
        string mark = "`";
        while (line.IndexOf(mark, StringComparison.Ordinal) >= 0)
        {
            mark += "`";
        }

        return mark.Length > 1 ? $"{mark} {line} {mark}" : mark + line + mark;
    }

    private static string OneLine(string text) => string.Join(" ", HarmlessText.From(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
