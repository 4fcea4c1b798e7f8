using System.Text.Json;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Json;
using CohereShell.Tools;

namespace CohereShell.Commands;

/// <summary>New-CohereTool: creates a tool for chat from a command, a script block or a JSON schema.</summary>
[Cmdlet(VerbsCommon.New, "CohereTool", HelpUri = OnlineHelp.ToolUse, DefaultParameterSetName = CommandSet)]
[OutputType(typeof(CommandTool), ParameterSetName = [CommandSet, ScriptBlockSet])]
[OutputType(typeof(ChatTool), typeof(CommandTool), ParameterSetName = [SchemaSet])]
public sealed class NewCohereToolCommand : PSCmdlet
{
    private const string CommandSet = "Command";
    private const string ScriptBlockSet = "ScriptBlock";
    private const string SchemaSet = "JsonSchema";

    private bool _isNameTaken;

    /// <summary>The commands: names, objects from Get-Command or, with -Name, a script block.</summary>
    [Parameter(ParameterSetName = CommandSet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(CommandNameCompleter))]
    [ValidateNotNullOrEmpty]
    public object[] Command { get; set; } = [];

    /// <summary>Script block that runs when the model calls the tool. It has a param block.</summary>
    [Parameter(ParameterSetName = ScriptBlockSet, Mandatory = true)]
    [Parameter(ParameterSetName = SchemaSet)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public ScriptBlock? ScriptBlock { get; set; }

    /// <summary>Schema of the parameters: a hashtable, or a string that is JSON. Its type must be object.</summary>
    [Parameter(ParameterSetName = SchemaSet, Mandatory = true)]
    [Alias("InputSchema")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? JsonSchema { get; set; }

    /// <summary>
    /// Name of the tool: letters, digits and underscores. By default, it's made from the command's name: Get_Service.
    /// </summary>
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = ScriptBlockSet, Mandatory = true)]
    [Parameter(ParameterSetName = SchemaSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Name { get; set; }

    /// <summary>Description of the tool for the model. By default, it's the synopsis from the command's help.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Description { get; set; }

    /// <summary>Parameters that the model can use. By default, all parameters of the parameter set.</summary>
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = ScriptBlockSet)]
    [ArgumentCompleter(typeof(ToolParameterCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Parameter { get; set; } = [];

    /// <summary>Parameters that the model can't use.</summary>
    [Parameter(ParameterSetName = CommandSet)]
    [Parameter(ParameterSetName = ScriptBlockSet)]
    [ArgumentCompleter(typeof(ToolParameterCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] ExcludeParameter { get; set; } = [];

    /// <summary>Parameter set of the command. By default, the default set, or the set that fits -Parameter.</summary>
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
        Note = WriteVerbose,
    };

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Name is not null && !ToolNames.IsValid(Name))
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue($"'{Name}' isn't a valid name for a tool.", $"Use {ToolNames.Rule}.", Name));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // The base class has a property with the same name: the parameter set of this cmdlet.
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

    // A command that can't become a tool doesn't stop the others.
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
            ThrowTerminatingError(ErrorRecords.InvalidCombination("-Name applies to one tool only, but there are several commands.", "Leave -Name out, or specify one command.", input));
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
        ? throw new ToolException(ErrorRecords.InvalidCombination("A tool from a script block requires -Name.", "Add -Name, for example -Name Get_Ticket.", script))
        : CommandTools.From((ScriptBlock)script, Name, Options, InvokeCommand);

    private ChatTool FromSchema(object input)
    {
        JsonElement schema = ChatTools.ReadSchema(input);
        return ScriptBlock is null
            ? new ChatTool(Name!, Description, schema)
            : CommandTools.From(ScriptBlock, Name!, Description, schema, InvokeCommand);
    }
}
