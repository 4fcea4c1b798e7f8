using System.Text;
using System.Text.RegularExpressions;

namespace CohereShell.Emulation;

/// <summary>
/// The steps of an agent, read from a message. For example, "Get-ChildItem in '/logs', then Get-Content of
/// '/logs/a.txt'" has two steps. A step that names two tools calls both in parallel. <c>emulate:call Name {…}</c> calls
/// a tool of any name with exactly these arguments, and <c>emulate:then</c> separates the steps of such calls.
/// </summary>
internal static class AgentPlan
{
    /// <summary>Makes the first calls use arguments that don't fit the schema, followed by the correct ones.</summary>
    internal const string WrongArgumentsHook = "emulate:wrong-arguments";

    private const string CallHook = "emulate:call";
    private const string ThenHook = "emulate:then";
    private static readonly Regex Then = new(@"[\s,;.]*\b(?:and\s+)?then\b[\s,:]*", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    /// <summary>The texts of the steps, in the order of the message.</summary>
    internal static IReadOnlyList<string> Steps(string message) => IsScript(message)
        ? message.Split([ThenHook], StringSplitOptions.None)
        : Then.Split(message).Where(step => step.Trim().Length > 0).ToArray();

    /// <summary>Whether a message specifies calls literally.</summary>
    internal static bool IsScript(string message) => message.IndexOf(CallHook, StringComparison.Ordinal) >= 0;

    /// <summary>The calls that a step specifies literally: the names of the tools and their arguments.</summary>
    internal static IReadOnlyList<(string Name, string Arguments)> Calls(string step) => step
        .Split([CallHook], StringSplitOptions.None)
        .Skip(1)
        .Select(ReadCall)
        .Where(call => call.Name.Length > 0)
        .ToArray();

    /// <summary>
    /// Changes arguments in the way that models get them wrong: numbers as words, and a parameter that doesn't exist.
    /// </summary>
    internal static string Spoil(string arguments)
    {
        using JsonDocument document = JsonDocument.Parse(arguments is "null" or "" ? "{}" : arguments);
        return Encoding.UTF8.GetString(EmulatorJson.Write(writer =>
        {
            writer.WriteStartObject();
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                writer.WritePropertyName(property.Name);
                if (property.Value.ValueKind == JsonValueKind.Number)
                {
                    writer.WriteStringValue("many");
                }
                else
                {
                    property.Value.WriteTo(writer);
                }
            }

            writer.WriteString("emulated_mistake", "no tool has this parameter");
            writer.WriteEndObject();
        }));
    }

    // The name is followed by JSON, or by any other text on the line: models write invalid JSON too.
    private static (string Name, string Arguments) ReadCall(string text)
    {
        text = text.TrimStart();
        int end = text.IndexOfAny([' ', '\t', '\r', '\n', '{']);
        string name = end < 0 ? text : text.Substring(0, end);
        string rest = end < 0 ? string.Empty : text.Substring(end).TrimStart();
        if (rest.Length == 0)
        {
            return (name, "{}");
        }

        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(rest), isFinalBlock: false, default);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return (name, document.RootElement.GetRawText());
        }
        catch (JsonException)
        {
            return (name, rest.Split('\r', '\n')[0].TrimEnd());
        }
    }
}
