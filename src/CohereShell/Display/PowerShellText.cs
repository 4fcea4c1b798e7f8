using System.Globalization;
using System.Management.Automation.Language;
using System.Text;

namespace CohereShell.Display;

/// <summary>
/// Writes values as they appear in a command that is completed or pasted. A value from a server or a file can contain
/// anything, and whatever it contains, the command must get it as one text.
/// </summary>
internal static class PowerShellText
{
    /// <summary>Whether a value can be an argument in the PowerShell for which this assembly is built.</summary>
    public static bool CanQuote(string value)
    {
#if NET
        return value.Length > 0;
#else
        // Windows PowerShell has no escape for most control characters.
        return value.Length > 0 && HarmlessText.IsHarmless(value);
#endif
    }

    /// <summary>A value as an argument, in quotation marks if needed.</summary>
    public static string Quote(string value) =>
        IsBare(value) ? value
        : HarmlessText.IsHarmless(value) && value.IndexOfAny(['\r', '\n', '\t']) < 0 ? "'" + CodeGeneration.EscapeSingleQuotedStringContent(value) + "'"
        : Escaped(value);

    /// <summary>A value as it is shown in a list: on one line, without control characters.</summary>
    public static string Shown(string value, string otherwise) => DisplayText.OneLine(value, 200) is { Length: > 0 } line ? line : otherwise;

    // A bare number is a number, and a bare word can be an operator. The parser decides.
    private static bool IsBare(string value)
    {
        if (value.Length == 0 || !value.All(character => character is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '-' or '_' or '.' or '/') || value[0] == '-')
        {
            return false;
        }

        Ast line = Parser.ParseInput("x " + value, out _, out ParseError[] errors);
        return errors.Length == 0
            && line.Find(ast => ast is CommandAst, searchNestedScriptBlocks: false) is CommandAst { CommandElements: { Count: 2 } elements }
            && elements[1] is StringConstantExpressionAst { StringConstantType: StringConstantType.BareWord } constant
            && constant.Value == value;
    }

    // In double quotation marks, where control characters can be escaped. PowerShell takes typographic quotation marks
    // for quotation marks.
    private static string Escaped(string value)
    {
        var text = new StringBuilder("\"");
        for (int index = 0; index < value.Length; index++)
        {
            char character = value[index];
            _ = character switch
            {
                '\n' => text.Append("`n"),
                '\r' => text.Append("`r"),
                '\t' => text.Append("`t"),
                '`' or '$' or '"' or '\u201c' or '\u201d' or '\u201e' => text.Append('`').Append(character),
                _ when !HarmlessText.IsHarmless(character.ToString()) => text.Append("`u{").Append(((int)character).ToString("x", CultureInfo.InvariantCulture)).Append('}'),
                _ => text.Append(character),
            };
        }

        return text.Append('"').ToString();
    }
}
