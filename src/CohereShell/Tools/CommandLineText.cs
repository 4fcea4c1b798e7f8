using System.Collections;
using System.Globalization;
using System.Management.Automation.Language;
using System.Text;
using CohereShell.Json;

namespace CohereShell.Tools;

/// <summary>
/// Writes a command with its arguments as a user would type it, only for reading and never for running. Whatever
/// could hide a part of a value is made visible: control characters, invisible characters, and great length.
/// </summary>
internal sealed class CommandLineText
{
    // Characters that look empty or blank but don't count as blanks: Hangul fillers and the empty Braille pattern.
    // Marks that are never drawn count as such too.
    private const string Blanks = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0";
    private readonly int _longestText;
    private readonly int _longestList;

    private CommandLineText(int longestText, int longestList)
    {
        _longestText = longestText;
        _longestList = longestList;
    }

    /// <summary>For a record of a call, which contains the arguments themselves too.</summary>
    public static CommandLineText Short { get; } = new(400, 20);

    /// <summary>For a prompt: the user must see what they agree to.</summary>
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
        // With the fraction of a second and the time zone.
        DateTime or DateTimeOffset => Quoted(((IFormattable)value!).ToString("o", CultureInfo.InvariantCulture)),
        char or Enum or TimeSpan or Guid or Uri => Quoted(Convert.ToString(value, CultureInfo.InvariantCulture)!),
        // .NET Framework shows only 15 digits by default.
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        var other => Quoted(other.ToString() ?? string.Empty),
    };

    private string Joined(string separator, IEnumerable<string> values, int count) =>
        string.Join(separator, values.Take(_longestList)) + (count > _longestList ? FormattableString.Invariant($"{separator}… {count} in all") : string.Empty);

    // For a long text, the beginning and the end, because the dangerous part may be at the end.
    private string Quoted(string text)
    {
        int half = _longestText / 2;
        return text.Length <= _longestText ? "'" + Visible(text) + "'"
            : FormattableString.Invariant($"'{Visible(text.Substring(0, half))}' … '{Visible(text.Substring(text.Length - half))}' ({text.Length} characters in all)");
    }

    // Line breaks are made visible: a text with many lines must not look like many commands.
    private static string Visible(string text)
    {
        string line = text.Replace('\r', '\u240d').Replace('\n', '\u240a').Replace('\t', '\u2409');
        var shown = new StringBuilder(line.Length);
        for (int index = 0; index < line.Length; index++)
        {
            int length = char.IsSurrogatePair(line, index) ? 2 : 1;
            _ = IsUnseen(line, index)
                ? shown.Append("`u{").Append((length == 2 ? char.ConvertToUtf32(line, index) : line[index]).ToString("x4", CultureInfo.InvariantCulture)).Append('}')
                : shown.Append(line, index, length);
            index += length - 1;
        }

        return CodeGeneration.EscapeSingleQuotedStringContent(DisplayText.Sanitize(shown.ToString()));
    }

    // Blanks other than the space, line separators, characters without a width, and variation selectors.
    private static bool IsUnseen(string text, int index) => CharUnicodeInfo.GetUnicodeCategory(text, index) switch
    {
        UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned => true,
        UnicodeCategory.SpaceSeparator => text[index] != ' ',
        // The last ones are the first halves of the surrogate pairs of rarer variation selectors.
        _ => Blanks.IndexOf(text[index]) >= 0 || text[index] is (>= '\ufe00' and <= '\ufe0f') or (>= '\udb40' and <= '\udb43'),
    };
}
