using System.Management.Automation;
using CohereShell.Errors;

namespace CohereShell.Commands;

/// <summary>The combinations of parameters that the API refuses, found before a call is spent.</summary>
internal static class ChatRules
{
    public static void Check(InvokeCohereChatCommand command)
    {
        bool asksJson = AsksJson(command);
        bool hasTools = command.Tool.Length > 0;
        RefuseWhen(command, asksJson && hasTools, "-Json and -JsonSchema cannot be combined with -Tool.", "Ask for the data in a second question.");
        RefuseWhen(command, (command.AsObject || command.AsHashtable) && !asksJson, "-AsObject and -AsHashtable need JSON to read.", "Add -JsonSchema, or -Json.");
        RefuseWhen(command, command.ToolChoice is not null && !hasTools, "-ToolChoice needs -Tool.", "Add -Tool, or leave -ToolChoice out.");
        RefuseWhen(command, command.StrictTool && !hasTools, "-StrictTool needs -Tool.", "Add -Tool, or leave -StrictTool out.");
        RefuseWhen(command, command.SafetyMode is not null && hasTools, "-SafetyMode cannot be combined with -Tool.", "Leave one of the two out.");
        RefuseWhen(command, command.ThinkingTokenBudget is not null && command.IsThinkingRefused, "-ThinkingTokenBudget says how much to think, and -Thinking:$false not to.", "Leave one of the two out.");
        RefuseWhen(command, command.ImageDetail is not null && command.Image.Length == 0, "-ImageDetail needs -Image.", "Add -Image, or leave -ImageDetail out.");
        if (command.Document.Length > 0)
        {
            CheckWithDocuments(command);
        }
    }

    /// <summary>What cannot be combined with documents, which may come down the pipeline as well.</summary>
    public static void CheckWithDocuments(InvokeCohereChatCommand command)
    {
        RefuseWhen(command, AsksJson(command), "-Json and -JsonSchema cannot be combined with documents, given or piped.", "Put the text of the documents into the question.");
        RefuseWhen(command, command.SafetyMode is not null, "-SafetyMode cannot be combined with documents, given or piped.", "Leave -SafetyMode out.");
    }

    private static bool AsksJson(InvokeCohereChatCommand command) => command.Json || command.JsonSchema is not null;

    private static void RefuseWhen(PSCmdlet command, bool isRefused, string message, string action)
    {
        if (isRefused)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidCombination(message, action));
        }
    }
}
