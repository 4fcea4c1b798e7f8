using System.Collections;
using System.Globalization;
using System.Management.Automation.Language;
using System.Text;
using CohereShell.Json;

namespace CohereShell.Tools;

/// <summary>
/// A command with its arguments, as a person would type it: to be read, never to be run. What a value might hide, control
/// characters, characters that are not seen, and great length, is made visible.
/// </summary>
internal sealed class CommandLineText
{
    // Seen as nothing or as a blank, and yet no blank: fillers of Hangul, and the empty pattern of Braille.
    private const string Blanks = "\u115f\u1160\u2800\u3164\uffa0";
    private readonly int _longestText;
    private readonly int _longestList;

    private CommandLineText(int longestText, int longestList)
    {
        _longestText = longestText;
        _longestList = longestList;
    }

    /// <summary>For a record of what was done, which has the arguments themselves beside it.</summary>
    public static CommandLineText Short { get; } = new(400, 20);

    /// <summary>For a question: who agrees to a command has to see what of.</summary>
    public static CommandLineText Whole { get; } = new(4_000, 200);

    public string Of(string command, IDictionary arguments)
    {
        var line = new StringBuilder(DisplayText.OneLine(command, _longestText));
        foreach (DictionaryEntry argument in arguments)
        {
            object? value = PowerShellJson.Unwrap(argument.Value);
            line.Append(" -").Append(argument.Key).Append(value is bool ? ':' : ' ').Append(ValueOf(value));
        }

        return line.ToString();
    }

    private string ValueOf(object? value) => PowerShellJson.Unwrap(value) switch
    {
        null => "$null",
        bool flag => flag ? "$true" : "$false",
        string text => Quoted(text),
        IDictionary dictionary => "@{" + Joined("; ", dictionary.Cast<DictionaryEntry>().Select(entry => $"{Quoted(Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!)} = {ValueOf(entry.Value)}"), dictionary.Count) + "}",
        ICollection list => "@(" + Joined(", ", list.Cast<object?>().Select(ValueOf), list.Count) + ")",
        Enum or DateTime or DateTimeOffset or TimeSpan or Guid or Uri => Quoted(Convert.ToString(value, CultureInfo.InvariantCulture)!),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        var other => Quoted(other.ToString() ?? string.Empty),
    };

    private string Joined(string separator, IEnumerable<string> values, int count) =>
        string.Join(separator, values.Take(_longestList)) + (count > _longestList ? FormattableString.Invariant($"{separator}… {count} in all") : string.Empty);

    // Of a long text the beginning and the end: what counts may stand behind what does not.
    private string Quoted(string text)
    {
        int half = _longestText / 2;
        return text.Length <= _longestText ? "'" + Visible(text) + "'"
            : FormattableString.Invariant($"'{Visible(text.Substring(0, half))}' … '{Visible(text.Substring(text.Length - half))}' ({text.Length} characters in all)");
    }

    // Line breaks are shown for what they are: a text of many lines must not look like many commands.
    private static string Visible(string text)
    {
        string line = DisplayText.Sanitize(text).Replace('\r', '\u240d').Replace('\n', '\u240a').Replace('\t', '\u2409');
        var shown = new StringBuilder(line.Length);
        for (int index = 0; index < line.Length; index++)
        {
            int length = char.IsSurrogatePair(line, index) ? 2 : 1;
            _ = IsUnseen(line, index)
                ? shown.Append("`u{").Append((length == 2 ? char.ConvertToUtf32(line, index) : line[index]).ToString("x4", CultureInfo.InvariantCulture)).Append('}')
                : shown.Append(line, index, length);
            index += length - 1;
        }

        return CodeGeneration.EscapeSingleQuotedStringContent(shown.ToString());
    }

    // Blanks that are no space, separators of lines, marks without a width, and what selects the look of a character before.
    private static bool IsUnseen(string text, int index) => CharUnicodeInfo.GetUnicodeCategory(text, index) switch
    {
        UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate => true,
        UnicodeCategory.SpaceSeparator => text[index] != ' ',
        // The last is the first half of what selects one of the rarer looks.
        _ => Blanks.IndexOf(text[index]) >= 0 || text[index] is (>= '\ufe00' and <= '\ufe0f') or '\udb40',
    };
}
