using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace CohereShell.Emulation;

/// <summary>Decides which tools a message calls for, and with what.</summary>
internal static class ToolCaller
{
    /// <summary>The calls; none where the model answers in words.</summary>
    internal static IReadOnlyList<ChatToolCall> TryCall(ChatInput request)
    {
        if (request.Tools.Count == 0 || request.ToolChoice == "NONE" || request.ToolResults.Count > 0)
        {
            return [];
        }

        string message = request.LastUserTurn.Text;
        return Chosen(request, message).Select(tool => Call(tool, message)).ToArray();
    }

    internal static string Plan(IReadOnlyList<ChatToolCall> calls) =>
        "I will use " + string.Join(" and ", calls.Select(call => call.Name)) + " to answer the question.";

    // Every tool whose name the message says; else the one that shares most words with it.
    private static ToolOffer[] Chosen(ChatInput request, string message)
    {
        ToolOffer[] named = request.Tools.Where(tool => IsNamed(tool, message)).ToArray();
        if (named.Length > 0)
        {
            return named;
        }

        HashSet<string> asked = Words.Meaning(message);
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

        // 'Get-Process' and 'get the process' name get_process.
        IReadOnlyList<string> words = Words.Of(tool.Name);
        return words.Count > 1 && words.All(Words.Of(message).Contains);
    }

    // A word of the name says more than one of the description, and a parameter's name least.
    private static int Score(ToolOffer tool, HashSet<string> asked) =>
        (3 * Words.Meaning(tool.Name).Count(asked.Contains))
        + (2 * Words.Meaning(tool.Description).Count(asked.Contains))
        + Words.Meaning(ParameterNames(tool)).Count(asked.Contains);

    private static string ParameterNames(ToolOffer tool) =>
        tool.Parameters.TryGetProperty("properties", out JsonElement properties) && properties.ValueKind == JsonValueKind.Object
            ? string.Join(" ", properties.EnumerateObject().Select(property => property.Name))
            : string.Empty;

    private static ChatToolCall Call(ToolOffer tool, string message)
    {
        byte[] json = EmulatorJson.Write(writer => new SchemaInstance(tool.Parameters, message).WriteObject(writer));
        string arguments = Encoding.UTF8.GetString(json);
        string hash = StableHash.Id(tool.Name + "\n" + arguments + "\n" + message).Substring(0, 12).Replace("-", string.Empty);
        return new ChatToolCall(tool.Name + "_" + hash, tool.Name, arguments);
    }
}
