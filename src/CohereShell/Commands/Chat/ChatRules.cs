using CohereShell.Errors;
using CohereShell.Tools;

namespace CohereShell.Commands;

/// <summary>The combinations of parameters that the API refuses, found before a call is spent.</summary>
internal static class ChatRules
{
    private static readonly string[] ToolParameters =
    [
        nameof(InvokeCohereChatCommand.AllowTool),
        nameof(InvokeCohereChatCommand.MaxToolStep),
        nameof(InvokeCohereChatCommand.ToolTimeoutSec),
        "WhatIf",
        "Confirm",
    ];

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
        CheckToolParameters(command);
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

    /// <summary>Every tool that is to be carried out has something behind it, and every one that is allowed is there.</summary>
    public static void CheckTools(InvokeCohereChatCommand command, IReadOnlyList<ChatTool> tools)
    {
        foreach (ChatTool tool in tools.Where(tool => tool is not CommandTool))
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue(
                $"The tool '{tool.Name}' is only a description: there is nothing that -InvokeTool could run.",
                "Give a command, or make it with New-CohereTool and -ScriptBlock; without -InvokeTool the calls come back to you.",
                tool));
        }

        foreach (string name in command.AllowTool.Where(name => !WildcardPattern.ContainsWildcardCharacters(name) && !tools.Cast<CommandTool>().Any(tool => ToolGate.Names(name, tool))))
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue(
                $"-AllowTool names '{name}', which is none of the tools.",
                $"The tools are {string.Join(", ", tools.Select(tool => tool.Name))}.",
                name));
        }
    }

    private static void CheckToolParameters(InvokeCohereChatCommand command)
    {
        RefuseWhen(command, command.InvokeTool && command.Tool.Length == 0, "-InvokeTool needs -Tool.", "Say with -Tool which commands the model may use.");
        foreach (string name in ToolParameters.Where(name => !command.InvokeTool && command.MyInvocation.BoundParameters.ContainsKey(name)))
        {
            RefuseWhen(command, true, $"-{name} is about tools that are carried out and needs -InvokeTool.", $"Add -InvokeTool, or leave -{name} out.");
        }
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
