using System.Text;
using System.Text.RegularExpressions;

namespace CohereShell.Emulation;

/// <summary>
/// The steps of an agent, read from a message. "Get-ChildItem in '/logs', then Get-Content of '/logs/a.txt'" are two steps,
/// and a step that names two tools calls both at once. <c>emulate:call Name {…}</c> calls a tool by any name with those very
/// arguments, and <c>emulate:then</c> parts the steps of such calls.
/// </summary>
internal static class AgentPlan
{
    /// <summary>Makes the first calls come with arguments that fit no schema, and the right ones after.</summary>
    internal const string WrongArgumentsHook = "emulate:wrong-arguments";

    private const string CallHook = "emulate:call";
    private const string ThenHook = "emulate:then";
    private static readonly Regex Then = new(@"[\s,;.]*\b(?:and\s+)?then\b[\s,:]*", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    /// <summary>What the steps ask for, in the order of the message.</summary>
    internal static IReadOnlyList<string> Steps(string message) => IsScript(message)
        ? message.Split([ThenHook], StringSplitOptions.None)
        : Then.Split(message).Where(step => step.Trim().Length > 0).ToArray();

    /// <summary>Whether a message says calls to the letter.</summary>
    internal static bool IsScript(string message) => message.IndexOf(CallHook, StringComparison.Ordinal) >= 0;

    /// <summary>The calls that a step says to the letter: the tool's name and its arguments.</summary>
    internal static IReadOnlyList<(string Name, string Arguments)> Calls(string step) => step
        .Split([CallHook], StringSplitOptions.None)
        .Skip(1)
        .Select(ReadCall)
        .Where(call => call.Name.Length > 0)
        .ToArray();

    /// <summary>The arguments as a model gets them wrong: numbers as words, and a parameter that is not there.</summary>
    internal static string Spoil(string arguments)
    {
        using JsonDocument document = JsonDocument.Parse(arguments);
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

    // What follows the name is JSON, or whatever stands on the line: models write broken JSON too.
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
