using CohereShell.Errors;
using CohereShell.Rows;
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
    ];

    private static readonly string[] RowParameters =
    [
        nameof(InvokeCohereChatCommand.IdProperty),
        nameof(InvokeCohereChatCommand.Merge),
        nameof(InvokeCohereChatCommand.OutFile),
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
        ChatSettings.Check(command);
        RefuseWhen(command, command.ImageDetail is not null && command.Image.Length == 0, "-ImageDetail requires -Image.", "Add -Image, or leave -ImageDetail out.");
        CheckToolParameters(command);
        CheckRows(command);
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

    private static void CheckRows(InvokeCohereChatCommand command)
    {
        string row = command.Prompt is null ? "-Property" : "-Prompt";
        RefuseWhen(command, command.HasRows && command.Message is not null, $"-Message is one question about all objects of the pipeline, and {row} is a question for each of them.", $"Specify only one of -Message and {row}. To give each row the same instructions, use -SystemMessage.");
        RefuseWhen(command, command.HasRows && (command.Stream || command.Live), $"{(command.Stream ? "-Stream" : "-Live")} shows one answer as it arrives, and {row} requests an answer for each row.", $"Leave {(command.Stream ? "-Stream" : "-Live")} out.");
        RefuseWhen(command, command.Merge && command.AsHashtable, "-Merge outputs objects, and -AsHashtable outputs hashtables.", "Specify only one of -Merge and -AsHashtable.");
        RefuseWhen(command, command.OutFile is not null && (command.AsObject || command.AsHashtable), $"-OutFile writes the results to a file, and {(command.AsObject ? "-AsObject" : "-AsHashtable")} outputs them.", $"Specify only one of -OutFile and {(command.AsObject ? "-AsObject" : "-AsHashtable")}.");
        if (command.OutFile is not null)
        {
            ResultFileRules.CheckName(command, command.OutFile);
        }

        RefuseWhen(command, command.OutFile is not null && command.Tool.Length > 0 && !command.InvokeTool, "-OutFile has no place for tool calls that the model returns.", "Add -InvokeTool to run the tools, or leave -OutFile out.");
        RefuseWhen(command, command.Resume && command.OutFile is not null && command.IdProperty is null, "-Resume recognizes the rows in the file by their ids, and -IdProperty isn't specified.", "Specify with -IdProperty which property identifies a row: -IdProperty Id");
        ResultFileRules.Check(command, command.OutFile);
        RefuseWhen(command, command.Merge && command.Tool.Length > 0 && !command.InvokeTool, "-Merge has no place for tool calls that the model returns.", "Add -InvokeTool to run the tools, or leave -Merge out.");
        RefuseWhen(command, command.OutputProperty is not null && !command.Merge && command.OutFile is null, "-OutputProperty requires -Merge or -OutFile.", "Add -Merge, or leave -OutputProperty out.");
        RefuseWhen(command, command.IncludeFailed && !command.Merge && command.OutFile is null, "-IncludeFailed requires -Merge or -OutFile.", "Add -Merge, or leave -IncludeFailed out.");
        foreach (string name in RowParameters.Where(name => !command.HasRows && command.IsBound(name)))
        {
            RefuseWhen(command, true, $"-{name} requires -Prompt or -Property, which make each object of the pipeline a question.", $"Add -Prompt, or leave -{name} out.");
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
