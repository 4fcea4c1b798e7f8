namespace CohereShell.Emulation;

/// <summary>Chooses the tools to call for a message, and their arguments.</summary>
internal static class ToolCaller
{
    private const int NameScore = 3;
    private static readonly string[] NoArguments = ["{}", "null", string.Empty];

    /// <summary>The calls, or what the model asks instead. Neither if it answers with text.</summary>
    internal static ToolStep Choose(ChatInput request)
    {
        if (request.Tools.Count == 0 || request.ToolChoice == "NONE")
        {
            return ToolStep.None;
        }

        ToolStep[] steps = Steps(request);
        int step = request.ToolRounds;
        bool errs = request.Asks(AgentPlan.WrongArgumentsHook);
        if (errs && step == 0 && steps.Length > 0)
        {
            return steps[0] with { Calls = steps[0].Calls.Select(call => call with { Id = call.Id + "_0", Arguments = AgentPlan.Spoil(call.Arguments) }).ToArray() };
        }

        step -= errs ? 1 : 0;
        return step >= 0 && step < steps.Length ? steps[step]
            : request.ToolChoice == "REQUIRED" ? Forced(request, request.LastUserTurn.Text)
            : ToolStep.None;
    }

    internal static string Plan(ChatInput request, IReadOnlyList<ChatToolCall> calls) => request.ToolChoice == "REQUIRED"
        ? "I will use one or more of the available tools to find the answer"
        : "I will use " + string.Join(" and ", calls.Select(call => call.Name).Distinct(StringComparer.Ordinal)) + " to answer the question.";

    private static ToolStep[] Steps(ChatInput request)
    {
        string message = request.LastUserTurn.Text.Replace(AgentPlan.WrongArgumentsHook, string.Empty);
        IReadOnlyList<string> steps = AgentPlan.Steps(message);
        IEnumerable<ToolStep> read = AgentPlan.IsScript(message)
            ? steps.Select(step => new ToolStep(AgentPlan.Calls(step).Select((call, index) => Call(call.Name, call.Arguments, FormattableString.Invariant($"{step}\n{index}"))).ToArray()))
            : steps.Select((step, index) => Step(request, step, message, isFirst: index == 0));
        return read.Where(step => !step.IsEmpty).ToArray();
    }

    // If a step quotes nothing, the quoted texts of the message apply.
    private static ToolStep Step(ChatInput request, string step, string message, bool isFirst)
    {
        string values = Words.Quoted(step).Any() ? step : message;
        var calls = new List<ChatToolCall>();
        var questions = new List<string>();
        foreach ((ToolOffer tool, bool isCertain) in Chosen(request, step, isFirst))
        {
            ToolArguments arguments = ToolArguments.Read(tool, values, request.Tools);
            if (arguments.Missing.Count > 0)
            {
                questions.Add(isCertain ? Question(tool, arguments.Missing) : string.Empty);
                continue;
            }

            string[] each = Each(request, tool, values, arguments);
            calls.AddRange((each.Length > 0 ? each : [Written(request, arguments, tool)]).Select(json => Call(tool.Name, json, message)));
        }

        return calls.Count == 0 && request.ToolChoice == "REQUIRED" && isFirst
            ? Forced(request, message)
            : new ToolStep(calls) { Question = calls.Count == 0 ? string.Join(" ", questions.Where(question => question.Length > 0)) : string.Empty };
    }

    // 'the weather in Paris and Rome' needs two calls, unless the tool takes a list.
    private static string[] Each(ChatInput request, ToolOffer tool, string message, ToolArguments whole)
    {
        IReadOnlyList<(string Message, string Item)> singles = CallValues.Singles(message);
        if (!whole.HasParameters || singles.Count < 2 || singles.All(single => whole.Json.Contains(single.Item)))
        {
            return [];
        }

        (ToolArguments Arguments, string Item)[] read = singles.Select(single => (ToolArguments.Read(tool, single.Message, request.Tools), single.Item)).ToArray();
        string[] each = read.Where(call => call.Arguments.Missing.Count == 0 && call.Arguments.Json.Contains(call.Item))
            .Select(call => call.Arguments.Json).Distinct(StringComparer.Ordinal).ToArray();
        return each.Length == singles.Count ? each : [];
    }

    // A model that must call a tool takes one that it has all values for, and another one in each round.
    private static ToolStep Forced(ChatInput request, string message)
    {
        (ToolOffer Tool, ToolArguments Arguments)[] callable = request.Tools
            .Select(tool => (Tool: tool, Arguments: ToolArguments.Read(tool, message, request.Tools)))
            .Where(tool => tool.Arguments.Missing.Count == 0)
            .ToArray();
        if (callable.Length == 0)
        {
            return new ToolStep([]) { Failure = ChatFailure.InvalidTool };
        }

        HashSet<string> asked = Words.Meaning(message);
        (ToolOffer best, ToolArguments arguments) = callable.OrderByDescending(tool => Score(tool.Tool, asked)).ElementAt(request.ToolRounds % callable.Length);
        return new ToolStep([Call(best.Name, Written(request, arguments, best), message)]);
    }

    private static string Question(ToolOffer tool, IReadOnlyList<string> missing)
    {
        string names = string.Join(" and ", missing);
        return $"To call {tool.Name}, I need a value for {names}, and your message doesn't name one. Which {names} do you mean?";
    }

    // For a tool without parameters, models write different texts.
    private static string Written(ChatInput request, ToolArguments arguments, ToolOffer tool) => arguments.HasParameters
        ? arguments.Json
        : NoArguments[(int)((StableHash.Of(tool.Name + "\n" + request.LastUserTurn.Text) + (ulong)request.ToolRounds) % (ulong)NoArguments.Length)];

    // The tools whose names are in the step. In the first step, also the tool that shares most words with it, and others
    // whose names it contains in other words. A tool is certain if the step names it.
    private static IEnumerable<(ToolOffer Tool, bool IsCertain)> Chosen(ChatInput request, string step, bool isFirst)
    {
        ToolOffer[] named = request.Tools.Where(tool => IsNamed(tool, step)).ToArray();
        if (named.Length > 0 || !isFirst)
        {
            return named.Select(tool => (tool, true));
        }

        HashSet<string> asked = Words.Meaning(step);
        var scored = request.Tools.Select(tool => (Tool: tool, Score: Score(tool, asked))).ToArray();
        int best = scored.Max(entry => entry.Score);
        if (best == 0)
        {
            return [];
        }

        ToolOffer first = scored.First(entry => entry.Score == best).Tool;
        return request.Tools.Where(tool => tool == first || AlsoAsks(tool, first, asked)).Select(tool => (tool, Words.Meaning(tool.Name).Overlaps(asked)));
    }

    // 'the weather and the time' asks for get_time beside get_weather.
    private static bool AlsoAsks(ToolOffer tool, ToolOffer first, HashSet<string> asked)
    {
        HashSet<string> words = Words.Meaning(tool.Name);
        return words.Count > 0 && words.IsSubsetOf(asked) && !words.IsSubsetOf(Words.Meaning(first.Name + " " + first.Description));
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
        (NameScore * Words.Meaning(tool.Name).Count(asked.Contains))
        + (2 * Words.Meaning(tool.Description).Count(asked.Contains))
        + Words.Meaning(ParameterNames(tool)).Count(asked.Contains);

    private static string ParameterNames(ToolOffer tool) =>
        tool.Parameters.TryGetProperty("properties", out JsonElement properties) && properties.ValueKind == JsonValueKind.Object
            ? string.Join(" ", properties.EnumerateObject().Select(property => property.Name))
            : string.Empty;

    private static ChatToolCall Call(string name, string arguments, string message)
    {
        string hash = StableHash.Id(name + "\n" + arguments + "\n" + message).Substring(0, 12).Replace("-", string.Empty);
        return new ChatToolCall(name + "_" + hash, name, arguments);
    }
}
