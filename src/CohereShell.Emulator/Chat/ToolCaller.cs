using System.Text;

namespace CohereShell.Emulation;

/// <summary>Chooses the tools to call for a message, and their arguments.</summary>
internal static class ToolCaller
{
    /// <summary>The calls. Empty if the model answers with text.</summary>
    internal static IReadOnlyList<ChatToolCall> TryCall(ChatInput request)
    {
        if (request.Tools.Count == 0 || request.ToolChoice == "NONE")
        {
            return [];
        }

        ChatToolCall[][] steps = Steps(request);
        int step = request.ToolRounds;
        bool errs = request.Asks(AgentPlan.WrongArgumentsHook);
        if (errs && step == 0 && steps.Length > 0)
        {
            return steps[0].Select(call => call with { Id = call.Id + "_0", Arguments = AgentPlan.Spoil(call.Arguments) }).ToArray();
        }

        step -= errs ? 1 : 0;
        return step >= 0 && step < steps.Length ? steps[step] : [];
    }

    internal static string Plan(IReadOnlyList<ChatToolCall> calls) =>
        "I will use " + string.Join(" and ", calls.Select(call => call.Name)) + " to answer the question.";

    private static ChatToolCall[][] Steps(ChatInput request)
    {
        string message = request.LastUserTurn.Text.Replace(AgentPlan.WrongArgumentsHook, string.Empty);
        IReadOnlyList<string> steps = AgentPlan.Steps(message);
        return AgentPlan.IsScript(message)
            ? steps.Select(step => AgentPlan.Calls(step).Select((call, index) => Call(call.Name, call.Arguments, FormattableString.Invariant($"{step}\n{index}"))).ToArray()).Where(calls => calls.Length > 0).ToArray()
            : steps.Select((step, index) => Chosen(request, step, isFirst: index == 0).Select(tool => Call(tool, step, message)).ToArray()).Where(calls => calls.Length > 0).ToArray();
    }

    // The tools whose names are in the step. In the first step, also the tool that shares most words with it.
    private static ToolOffer[] Chosen(ChatInput request, string step, bool isFirst)
    {
        ToolOffer[] named = request.Tools.Where(tool => IsNamed(tool, step)).ToArray();
        if (named.Length > 0 || !isFirst)
        {
            return named;
        }

        HashSet<string> asked = Words.Meaning(step);
        var scored = request.Tools.Select(tool => (Tool: tool, Score: Score(tool, asked))).ToArray();
        int best = scored.Max(entry => entry.Score);
        return best > 0 || request.ToolChoice == "REQUIRED" ? [scored.First(entry => entry.Score == best).Tool] : [];
    }

    private static bool IsNamed(ToolOffer tool, string message)
    {
        if (message.IndexOf(tool.Name, StringComparison.OrdinalIgnoreCase) >= 0)
        {
            return true;
        }

        // 'Get-Process' and 'get the process' both name get_process.
        IReadOnlyList<string> words = Words.Of(tool.Name);
        return words.Count > 1 && words.All(Words.Of(message).Contains);
    }

    // A word of the name counts more than a word of the description, and a word of a parameter's name counts least.
    private static int Score(ToolOffer tool, HashSet<string> asked) =>
        (3 * Words.Meaning(tool.Name).Count(asked.Contains))
        + (2 * Words.Meaning(tool.Description).Count(asked.Contains))
        + Words.Meaning(ParameterNames(tool)).Count(asked.Contains);

    private static string ParameterNames(ToolOffer tool) =>
        tool.Parameters.TryGetProperty("properties", out JsonElement properties) && properties.ValueKind == JsonValueKind.Object
            ? string.Join(" ", properties.EnumerateObject().Select(property => property.Name))
            : string.Empty;

    // If a step quotes nothing, the quoted texts of the message apply.
    private static ChatToolCall Call(ToolOffer tool, string step, string message)
    {
        string values = Words.Quoted(step).Any() ? step : message;
        byte[] json = EmulatorJson.Write(writer => new SchemaInstance(tool.Parameters, values).WriteObject(writer));
        return Call(tool.Name, Encoding.UTF8.GetString(json), message);
    }

    private static ChatToolCall Call(string name, string arguments, string message)
    {
        string hash = StableHash.Id(name + "\n" + arguments + "\n" + message).Substring(0, 12).Replace("-", string.Empty);
        return new ChatToolCall(name + "_" + hash, name, arguments);
    }
}
