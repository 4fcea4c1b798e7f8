using CohereShell.Errors;
using CohereShell.Tools;

namespace CohereShell.Commands;

/// <summary>Finds combinations of parameters that the API refuses before a call is made.</summary>
internal static class ChatRules
{
    private static readonly string[] ToolParameters =
    [
        nameof(InvokeCohereChatCommand.AllowTool),
        nameof(InvokeCohereChatCommand.MaxToolStep),
        nameof(InvokeCohereChatCommand.ToolTimeoutSec),
        "Confirm",
    ];

    public static void Check(InvokeCohereChatCommand command)
    {
        ChatOutputs.Check(command);
        bool asksJson = AsksJson(command);
        bool hasTools = command.Tool.Length > 0;
        RefuseWhen(command, asksJson && hasTools, "-Json and -JsonSchema can't be combined with -Tool.", "Request the JSON in a second question.");
        RefuseWhen(command, (command.AsObject || command.AsHashtable) && !asksJson, "-AsObject and -AsHashtable require a JSON answer.", "Add -JsonSchema or -Json.");
        RefuseWhen(command, command.ToolChoice is not null && !hasTools, "-ToolChoice requires -Tool.", "Add -Tool, or leave -ToolChoice out.");
        RefuseWhen(command, command.StrictTool && !hasTools, "-StrictTool requires -Tool.", "Add -Tool, or leave -StrictTool out.");
        RefuseWhen(command, command.SafetyMode is not null && hasTools, "-SafetyMode can't be combined with -Tool.", "Specify only one of -SafetyMode and -Tool.");
        RefuseWhen(command, command.ThinkingTokenBudget is not null && command.IsThinkingRefused, "-ThinkingTokenBudget turns thinking on, and -Thinking:$false turns it off.", "Specify only one of -ThinkingTokenBudget and -Thinking:$false.");
        RefuseWhen(command, command.ImageDetail is not null && command.Image.Length == 0, "-ImageDetail requires -Image.", "Add -Image, or leave -ImageDetail out.");
        CheckToolParameters(command);
        if (command.Document.Length > 0)
        {
            CheckWithDocuments(command);
        }
    }

    /// <summary>Checks what can't be combined with documents, which may also come from the pipeline.</summary>
    public static void CheckWithDocuments(InvokeCohereChatCommand command)
    {
        RefuseWhen(command, AsksJson(command), "-Json and -JsonSchema can't be combined with documents from -Document or the pipeline.", "Include the text of the documents in the question.");
        RefuseWhen(command, command.SafetyMode is not null, "-SafetyMode can't be combined with documents from -Document or the pipeline.", "Leave -SafetyMode out.");
    }

    /// <summary>Checks that each tool can be run, and that -AllowTool names existing tools.</summary>
    public static void CheckTools(InvokeCohereChatCommand command, IReadOnlyList<ChatTool> tools)
    {
        foreach (ChatTool tool in tools.Where(tool => tool is not CommandTool))
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue(
                $"The tool '{tool.Name}' is only a description, so -InvokeTool can't run it.",
                "Specify a command, or create the tool with New-CohereTool -ScriptBlock. Without -InvokeTool, the cmdlet returns the tool calls to you.",
                tool));
        }

        foreach (string name in command.AllowTool.Where(name => !WildcardPattern.ContainsWildcardCharacters(name) && !tools.Cast<CommandTool>().Any(tool => ToolGate.Names(name, tool))))
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue(
                $"-AllowTool names '{name}', which isn't one of the tools.",
                $"The tools are {string.Join(", ", tools.Select(tool => tool.Name))}.",
                name));
        }
    }

    private static void CheckToolParameters(InvokeCohereChatCommand command)
    {
        RefuseWhen(command, command.InvokeTool && command.Tool.Length == 0, "-InvokeTool requires -Tool.", "Specify with -Tool which commands the model can use.");
        foreach (string name in ToolParameters.Where(name => !command.InvokeTool && command.MyInvocation.BoundParameters.ContainsKey(name)))
        {
            RefuseWhen(command, true, $"-{name} requires -InvokeTool, which runs the tools.", $"Add -InvokeTool, or leave -{name} out.");
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
