using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CohereShell.Tools;

/// <summary>Formats JSON for easy comparison: values that fit on one line are written on one line.</summary>
internal static class FactsText
{
    private const int Width = 140;
    private const string Step = "  ";

    // The file isn't used in HTML, so characters don't need escapes for it.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string From(JsonNode? node) => Block(node, string.Empty, 0);

    // The parameter used is the number of columns before the value on its first line.
    private static string Block(JsonNode? node, string indent, int used)
    {
        string line = Line(node);
        if (used + line.Length < Width)
        {
            return line;
        }

        string inner = indent + Step;
        return node switch
        {
            JsonObject map => "{\n" + string.Join(",\n", map.Select(entry => Entry(entry.Key, entry.Value, inner))) + "\n" + indent + "}",
            JsonArray list => "[\n" + string.Join(",\n", list.Select(item => inner + Block(item, inner, inner.Length))) + "\n" + indent + "]",
            _ => line,
        };
    }

    private static string Entry(string name, JsonNode? value, string indent)
    {
        string start = indent + Quote(name) + ": ";
        return start + Block(value, indent, start.Length);
    }

    private static string Line(JsonNode? node) => node switch
    {
        JsonObject { Count: > 0 } map => "{ " + string.Join(", ", map.Select(entry => Quote(entry.Key) + ": " + Line(entry.Value))) + " }",
        JsonArray list => "[" + string.Join(", ", list.Select(Line)) + "]",
        null => "null",
        _ => node.ToJsonString(Plain),
    };

    private static string Quote(string text) => JsonSerializer.Serialize(text, Plain);
}
