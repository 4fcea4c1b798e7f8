using System.Text.Json;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Json;
using CohereShell.Tools;

namespace CohereShell.Commands;

/// <summary>New-CohereTool: a tool for chat from a command, a script block or a JSON schema.</summary>
[Cmdlet(VerbsCommon.New, "CohereTool", HelpUri = OnlineHelp.ToolUse, DefaultParameterSetName = CommandSet)]
[OutputType(typeof(CommandTool), ParameterSetName = [CommandSet, ScriptBlockSet])]
[OutputType(typeof(ChatTool), typeof(CommandTool), ParameterSetName = [SchemaSet])]
public sealed class NewCohereToolCommand : PSCmdlet
{
    private const string CommandSet = "Command";
    private const string ScriptBlockSet = "ScriptBlock";
    private const string SchemaSet = "JsonSchema";

    private bool _isNameTaken;

    /// <summary>The commands: names, what Get-Command puts out, or, with -Name, a script block.</summary>
    [Parameter(ParameterSetName = CommandSet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(CommandNameCompleter))]
    [ValidateNotNullOrEmpty]
    public object[] Command { get; set; } = [];

    /// <summary>What carries the tool out: a script block with a param block.</summary>
    [Parameter(ParameterSetName = ScriptBlockSet, Mandatory = true)]
    [Parameter(ParameterSetName = SchemaSet)]
    [ValidateNotNull]
    public ScriptBlock? ScriptBlock { get; set; }

    /// <summary>The schema of the parameters: a hashtable, or a string that is JSON.</summary>
    [Parameter(ParameterSetName = SchemaSet, Mandatory = true)]
    [Alias("InputSchema")]
    [ValidateNotNull]
    public object? JsonSchema { get; set; }

    /// <summary>The tool's name: letters, digits and underscores. Without it a command gives its own: Get_Service.</summary>
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = ScriptBlockSet, Mandatory = true)]
    [Parameter(ParameterSetName = SchemaSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>What the tool does, for the model. Without it the synopsis of the help is taken.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Description { get; set; }

    /// <summary>The parameters that the model may give. Without it: all of the parameter set.</summary>
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = ScriptBlockSet)]
    [ArgumentCompleter(typeof(ToolParameterCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Parameter { get; set; } = [];

    /// <summary>Parameters that the model may not give.</summary>
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = ScriptBlockSet)]
    [ArgumentCompleter(typeof(ToolParameterCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] ExcludeParameter { get; set; } = [];

    /// <summary>The parameter set. Without it: the default one, or the one that fits -Parameter.</summary>
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = ScriptBlockSet)]
    [ArgumentCompleter(typeof(ToolParameterSetCompleter))]
    [ValidateNotNullOrEmpty]
    public new string? ParameterSetName { get; set; }

    private ToolOptions Options => new()
    {
        Name = Name,
        Description = Description,
        Parameter = Parameter,
        ExcludeParameter = ExcludeParameter,
        ParameterSetName = ParameterSetName,
    };

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Name is not null && !ToolNames.IsValid(Name))
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue($"'{Name}' is no name for a tool.", $"Use {ToolNames.Rule}.", Name));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // The base class has a property of the same name, for the set that is bound here.
        switch (base.ParameterSetName)
        {
            case SchemaSet:
                Write(JsonSchema!, FromSchema);
                break;
            case ScriptBlockSet:
                Write(ScriptBlock!, FromScriptBlock);
                break;
            default:
                foreach (object command in Command)
                {
                    Write(command, FromCommand);
                }

                break;
        }
    }

    // What cannot become a tool does not stop the rest.
    private void Write(object input, Func<object, ChatTool> convert)
    {
        ChatTool tool;
        try
        {
            tool = convert(input);
        }
        catch (ToolException exception)
        {
            WriteError(exception.Record);
            return;
        }
        catch (Exception exception) when (exception is NotJsonException or JsonException)
        {
            WriteError(ErrorRecords.NotJson(exception, input));
            return;
        }

        WriteObject(tool);
    }

    private ChatTool FromCommand(object input)
    {
        if (Name is not null && _isNameTaken)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("-Name is the name of one tool, and here are several commands.", "Leave -Name out, or give one command.", input));
        }

        _isNameTaken = true;
        return PowerShellJson.Unwrap(input) switch
        {
            CommandInfo command => CommandTools.From(command, Options, InvokeCommand),
            ScriptBlock script => FromScriptBlock(script),
            string name => CommandTools.From(CommandTools.Find(name, InvokeCommand), Options, InvokeCommand),
            _ => throw new ToolException(ErrorRecords.NotACommand(input)),
        };
    }

    private CommandTool FromScriptBlock(object script) => Name is null
        ? throw new ToolException(ErrorRecords.InvalidCombination("A tool of a script block needs -Name.", "Add -Name, for example -Name Get_Ticket.", script))
        : CommandTools.From((ScriptBlock)script, Name, Options, InvokeCommand);

    private ChatTool FromSchema(object input)
    {
        JsonElement schema = ChatTools.ReadSchema(input);
        return ScriptBlock is null
            ? new ChatTool(Name!, Description, schema)
            : CommandTools.From(ScriptBlock, Name!, Description, schema, InvokeCommand);
    }
}
