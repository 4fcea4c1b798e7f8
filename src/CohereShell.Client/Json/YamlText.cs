using System.Text;
using System.Text.RegularExpressions;

namespace CohereShell;

/// <summary>
/// Writes JSON as YAML in block style, like Python's <c>yaml.dump(…, sort_keys=False)</c>: the form that Cohere
/// recommends for ranking records. See <see href="https://docs.cohere.com/docs/rerank-overview"/>.
/// </summary>
internal static class YamlText
{
    private const int Step = 2;

    /// <summary>Words that a YAML 1.1 or 1.2 reader doesn't take as strings unless they are quoted.</summary>
    private static readonly string[] Words = ["null", "true", "false", "yes", "no", "on", "off", "~", "=", "<<"];

    /// <summary>Numbers in any base, dates, times, and similar text.</summary>
    private static readonly Regex NumberLike = new(
        @"^[+.]?[0-9][0-9a-fA-FxXoO_.:+\-eETtZz ]*$|^\+?\.(inf|nan)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>The value as YAML. Each line ends with a line break.</summary>
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
            // A list is indented like the name that it belongs to.
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
            // The first line of a map or a list is on the line of the dash.
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
            // An empty object or array may contain white space in the source.
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

    /// <summary>Whether a string can be written as a literal block and read back unchanged.</summary>
    private static bool IsLiteral(string value)
    {
        string[] lines = value.Split('\n');
        return lines.Length > 1
            // The first characters of a block define its indentation; the last ones define how it ends.
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

    // Control characters, line breaks of YAML 1.1, byte order marks, and noncharacters.
    private static bool IsSpecial(char character) =>
        char.IsControl(character) || character is '\u2028' or '\u2029' or '\ufeff' or '\ufffe' or '\uffff';
}
