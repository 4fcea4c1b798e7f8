using System.Text;
using System.Text.RegularExpressions;

namespace CohereShell;

/// <summary>
/// Writes JSON as YAML in block style, as Python's <c>yaml.dump(…, sort_keys=False)</c> would: the form that Cohere asks
/// for where a record is ranked. See <see href="https://docs.cohere.com/docs/rerank-overview"/>.
/// </summary>
internal static class YamlText
{
    private const int Step = 2;

    /// <summary>Unquoted, a reader of YAML 1.1 or 1.2 may take these for something else than a text.</summary>
    private static readonly string[] Words = ["null", "true", "false", "yes", "no", "on", "off", "~", "=", "<<"];

    /// <summary>Numbers in every base, dates and times, or what comes near enough to them.</summary>
    private static readonly Regex NumberLike = new(
        @"^[+.]?[0-9][0-9a-fA-FxXoO_.:+\-eETtZz ]*$|^\+?\.(inf|nan)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>The value as YAML, each line with its end.</summary>
    public static string From(JsonElement element)
    {
        var text = new StringBuilder();
        if (!TryWriteBlock(text, element, 0, isContinued: false))
        {
            WriteScalar(text, element, 0);
        }

        return text.ToString();
    }

    private static bool TryWriteBlock(StringBuilder text, JsonElement element, int indent, bool isContinued)
    {
        if (element.ValueKind == JsonValueKind.Object && element.EnumerateObject().Any())
        {
            WriteMap(text, element, indent, isContinued);
            return true;
        }

        if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0)
        {
            WriteList(text, element, indent, isContinued);
            return true;
        }

        return false;
    }

    private static void WriteMap(StringBuilder text, JsonElement map, int indent, bool isContinued)
    {
        foreach (JsonProperty property in map.EnumerateObject())
        {
            text.Append(' ', isContinued ? 0 : indent).Append(IsPlain(property.Name) ? property.Name : Quote(property.Name)).Append(':');
            isContinued = false;
            // A list stands as far left as the name that it belongs to.
            int inside = property.Value.ValueKind == JsonValueKind.Array ? indent : indent + Step;
            int end = text.Length;
            if (!TryWriteBlock(text.Append('\n'), property.Value, inside, isContinued: false))
            {
                text.Length = end;
                WriteScalar(text.Append(' '), property.Value, indent + Step);
            }
        }
    }

    private static void WriteList(StringBuilder text, JsonElement list, int indent, bool isContinued)
    {
        foreach (JsonElement item in list.EnumerateArray())
        {
            text.Append(' ', isContinued ? 0 : indent).Append("- ");
            isContinued = false;
            // The first line of a map or a list goes on behind the dash.
            if (!TryWriteBlock(text, item, indent + Step, isContinued: true))
            {
                WriteScalar(text, item, indent + Step);
            }
        }
    }

    private static void WriteScalar(StringBuilder text, JsonElement element, int indent)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            // What is empty may have come with blanks in it.
            text.Append(element.ValueKind switch
            {
                JsonValueKind.Object => "{}",
                JsonValueKind.Array => "[]",
                _ => element.GetRawText(),
            }).Append('\n');
            return;
        }

        string value = element.GetString()!;
        if (!IsLiteral(value))
        {
            text.Append(IsPlain(value) ? value : Quote(value)).Append('\n');
            return;
        }

        bool endsLine = value[value.Length - 1] == '\n';
        text.Append(endsLine ? "|\n" : "|-\n");
        foreach (string line in (endsLine ? value.Substring(0, value.Length - 1) : value).Split('\n'))
        {
            text.Append(' ', line.Length > 0 ? Math.Max(indent, Step) : 0).Append(line).Append('\n');
        }
    }

    /// <summary>Whether the lines of a text can stand as they are, and come back as they were.</summary>
    private static bool IsLiteral(string value)
    {
        string[] lines = value.Split('\n');
        return lines.Length > 1
            // What a block begins with tells its indentation; what it ends with, whether its last line has an end.
            && !char.IsWhiteSpace(value[0])
            && !value.EndsWith("\n\n", StringComparison.Ordinal)
            && !lines.Any(line => line.Length > 0 && string.IsNullOrWhiteSpace(line))
            && !value.Any(character => character is not ('\n' or '\t') && IsSpecial(character));
    }

    private static bool IsPlain(string value) =>
        value.Length > 0
        && value.IndexOf('\t') < 0
        && !char.IsWhiteSpace(value[0])
        && !char.IsWhiteSpace(value[value.Length - 1])
        && "-?:,[]{}#&*!|>'\"%@`".IndexOf(value[0]) < 0
        && value[value.Length - 1] != ':'
        && value.IndexOf(": ", StringComparison.Ordinal) < 0
        && value.IndexOf(" #", StringComparison.Ordinal) < 0
        && !value.StartsWith("...", StringComparison.Ordinal)
        && !Words.Contains(value, StringComparer.OrdinalIgnoreCase)
        && !NumberLike.IsMatch(value)
        && !value.Any(IsSpecial);

    private static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        foreach (char character in value)
        {
            text.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when IsSpecial(character) => FormattableString.Invariant($"\\u{(int)character:x4}"),
                _ => character.ToString(),
            });
        }

        return text.Append('"').ToString();
    }

    // Control characters, what YAML 1.1 takes for the end of a line, the mark of an encoding, and what is no character.
    private static bool IsSpecial(char character) =>
        char.IsControl(character) || character is '\u2028' or '\u2029' or '\ufeff' or '\ufffe' or '\uffff';
}
