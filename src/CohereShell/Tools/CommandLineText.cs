using System;
using System.Collections;
using System.Globalization;
using System.Linq;
using System.Management.Automation.Language;
using System.Text;
using CohereShell.Conversion;

namespace CohereShell.Tools;

/// <summary>
/// A command with its arguments, as a person would type it: to be read, never to be run. What a value might hide, control
/// characters and great length, is made visible.
/// </summary>
internal static class CommandLineText
{
    private const int LongestText = 400;
    private const int LongestList = 20;

    public static string Of(string command, IDictionary arguments)
    {
        var line = new StringBuilder(DisplayText.OneLine(command, LongestText));
        foreach (DictionaryEntry argument in arguments)
        {
            object? value = PowerShellJson.Unwrap(argument.Value);
            line.Append(" -").Append(argument.Key).Append(value is bool ? ':' : ' ').Append(ValueOf(value));
        }

        return line.ToString();
    }

    private static string ValueOf(object? value) => PowerShellJson.Unwrap(value) switch
    {
        null => "$null",
        bool flag => flag ? "$true" : "$false",
        string text => Quoted(text),
        IDictionary dictionary => "@{" + string.Join("; ", dictionary.Cast<DictionaryEntry>().Take(LongestList).Select(entry => $"{Quoted(Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!)} = {ValueOf(entry.Value)}")) + Rest(dictionary.Count) + "}",
        ICollection list => "@(" + string.Join(", ", list.Cast<object?>().Take(LongestList).Select(ValueOf)) + Rest(list.Count) + ")",
        Enum or DateTime or DateTimeOffset or TimeSpan or Guid or Uri => Quoted(Convert.ToString(value, CultureInfo.InvariantCulture)!),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        var other => Quoted(other.ToString() ?? string.Empty),
    };

    private static string Rest(int count) => count > LongestList ? FormattableString.Invariant($", … {count} in all") : string.Empty;

    private static string Quoted(string text)
    {
        string shown = text.Length > LongestText
            ? FormattableString.Invariant($"{text.Substring(0, LongestText)}… ({text.Length} characters in all)")
            : text;
        // Line breaks are shown for what they are: a text of many lines must not look like many commands.
        shown = DisplayText.Sanitize(shown).Replace('\r', '\u240d').Replace('\n', '\u240a').Replace('\t', '\u2409');
        return "'" + CodeGeneration.EscapeSingleQuotedStringContent(shown) + "'";
    }
}
