using System.Text.Json;
using System.Text.Json.Nodes;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Json;

namespace CohereShell.Tools;

/// <summary>Makes tools from commands and script blocks.</summary>
internal static class CommandTools
{
    // The result of Get-Command includes dynamic parameters, such as those of the file system.
    private const string FindScript = "param($Name) Microsoft.PowerShell.Core\\Get-Command -Name $Name -ErrorAction Ignore";

    // A script block has parameters only as a function. The function ends with its scope.
    private const string FunctionScript = "param($Script) ${function:CohereShellTool} = $Script; Get-Command -Name CohereShellTool -CommandType Function";

    /// <summary>Finds a command by name, as PowerShell does. Modules are loaded if needed.</summary>
    /// <exception cref="ToolException">The command doesn't exist.</exception>
    public static CommandInfo Find(string name, CommandInvocationIntrinsics engine)
    {
        try
        {
            return engine.InvokeScript(FindScript, WildcardPattern.Escape(name)).Select(item => item.BaseObject).OfType<CommandInfo>().FirstOrDefault()
                ?? throw new ToolException(ErrorRecords.CommandNotFound(name));
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            throw new ToolException(ErrorRecords.CommandNotFound(name, exception));
        }
    }

    /// <exception cref="ToolException">The command can't be a tool.</exception>
    public static CommandTool From(CommandInfo command, ToolOptions options, CommandInvocationIntrinsics engine)
    {
        CommandInfo resolved = Resolve(command, engine);
        (ParameterChoice choice, int sets) = Choose(resolved, options);
        CommandHelp help = CommandHelp.Of(resolved, engine);
        JsonElement schema = SchemaOf(resolved, choice.Parameters, help, options, resolved.Name);
        string description = options.Description ?? help.Synopsis ?? $"Runs the PowerShell command {resolved.Name}.";
        return new CommandTool(
            options.Name ?? ToolNames.FromCommand(resolved.Name), description, schema, resolved, sets > 1 ? choice.Set.Name : null, Same(choice.Parameters));
    }

    /// <exception cref="ToolException">The script block can't be a tool.</exception>
    public static CommandTool From(ScriptBlock script, string name, ToolOptions options, CommandInvocationIntrinsics engine)
    {
        CommandInfo function = AsFunction(script, engine);
        (ParameterChoice choice, int sets) = Choose(function, options);
        CommandHelp help = CommandHelp.Of(function, engine);
        JsonElement schema = SchemaOf(function, choice.Parameters, help, options, name);
        return new CommandTool(name, options.Description ?? help.Synopsis, schema, script, sets > 1 ? choice.Set.Name : null, Same(choice.Parameters));
    }

    /// <summary>Makes a tool from a script block and a user's schema. Parameters are matched with properties by name.</summary>
    /// <exception cref="ToolException">The script block has no parameter for a property.</exception>
    public static CommandTool From(ScriptBlock script, string name, string? description, JsonElement schema, CommandInvocationIntrinsics engine)
    {
        CommandInfo function = AsFunction(script, engine);
        CommandParameterInfo[] parameters = SetsOf(function).SelectMany(set => set.Parameters).Where(parameter => !ParameterChoice.IsCommon(parameter.Name)).ToArray();
        string[] properties = schema.TryGetProperty("properties", out JsonElement listed) && listed.ValueKind == JsonValueKind.Object
            ? listed.EnumerateObject().Select(property => property.Name).ToArray()
            : [];
        ToolParameter[] map = properties.Select(property => Named(property, parameters, script)).ToArray();
        IGrouping<string, ToolParameter>? twins = map.GroupBy(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        return twins is null
            ? new CommandTool(name, description, schema, script, null, map)
            : throw new ToolException(ErrorRecords.InvalidValue(
                $"The properties {string.Join(" and ", twins.Select(twin => twin.Property))} of the schema match the same parameter, -{twins.Key}.",
                "Use names that differ by more than case, hyphens and underscores.",
                script));
    }

    // A property user_id matches the parameter -user_id or -UserId.
    private static ToolParameter Named(string property, CommandParameterInfo[] parameters, ScriptBlock script)
    {
        CommandParameterInfo parameter = parameters.FirstOrDefault(each => string.Equals(each.Name, property, StringComparison.OrdinalIgnoreCase))
            ?? parameters.FirstOrDefault(each => string.Equals(Plain(each.Name), Plain(property), StringComparison.OrdinalIgnoreCase))
            ?? throw new ToolException(ErrorRecords.InvalidValue(
                $"The script block has no parameter for the property '{property}' of the schema.",
                $"Add ${Plain(property)} to its param block, or remove the property from the schema.",
                script));
        return new ToolParameter(property, parameter.Name, parameter.ParameterType);
    }

    private static string Plain(string name) => name.Replace("_", string.Empty).Replace("-", string.Empty);

    private static CommandInfo AsFunction(ScriptBlock script, CommandInvocationIntrinsics engine)
    {
        var found = engine.InvokeScript(FunctionScript, script).Select(item => item.BaseObject).OfType<CommandInfo>().FirstOrDefault();
        return found ?? throw new ToolException(ErrorRecords.InvalidValue("The script block can't be read as a function.", "Check its param block.", script));
    }

    private static CommandInfo Resolve(CommandInfo command, CommandInvocationIntrinsics engine)
    {
        CommandInfo? resolved = command is AliasInfo { ResolvedCommand: { } target } ? Find(FullName(target), engine)
            : command is AliasInfo ? null
            // Get-Command without a name knows commands of unloaded modules only by name. Requesting one by name
            // loads its module.
            : command is CmdletInfo or FunctionInfo && SetsOf(command).Length == 0 ? Find(FullName(command), engine)
            : command;
        return resolved switch
        {
            null => throw new ToolException(ErrorRecords.CommandNotFound(((AliasInfo)command).Definition)),
            ApplicationInfo => throw new ToolException(ErrorRecords.CommandNotUsable(resolved, "a program doesn't describe its parameters, and its arguments are one line of text")),
            // A tool must never access the key or the connection.
            CmdletInfo { ImplementingType: { } type } when typeof(IConnectionCommand).IsAssignableFrom(type) =>
                throw new ToolException(ErrorRecords.CommandNotUsable(resolved, "a model must not change its own connection")),
            CmdletInfo or FunctionInfo or ExternalScriptInfo => resolved,
            _ => throw new ToolException(ErrorRecords.CommandNotUsable(resolved, $"commands of the type {resolved.CommandType} aren't supported")),
        };
    }

    private static string FullName(CommandInfo command) =>
        command is ExternalScriptInfo or ApplicationInfo ? command.Definition
        : string.IsNullOrEmpty(command.ModuleName) ? command.Name
        : command.ModuleName + "\\" + command.Name;

    private static (ParameterChoice Choice, int Sets) Choose(CommandInfo command, ToolOptions options)
    {
        CommandParameterSetInfo[] sets = SetsOf(command);
        return (ParameterChoice.From(command, sets, options), sets.Length);
    }

    private static CommandParameterSetInfo[] SetsOf(CommandInfo command)
    {
        try
        {
            return command.ParameterSets.ToArray();
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            // A script that doesn't parse, a module that doesn't load, or an attribute class that doesn't exist.
            throw new ToolException(ErrorRecords.CommandNotUsable(command, $"its parameters can't be read: {exception.Message.TrimEnd('.')}", exception));
        }
    }

    private static JsonElement SchemaOf(CommandInfo command, IReadOnlyList<CommandParameterInfo> parameters, CommandHelp help, ToolOptions options, string shownName)
    {
        if (help.IsEmpty && parameters.Any(parameter => string.IsNullOrWhiteSpace(parameter.HelpMessage)))
        {
            string advice = command is CmdletInfo || !string.IsNullOrEmpty(command.ModuleName) ? "To download help, run Update-Help." : "For better ones, add comment-based help.";
            options.Note?.Invoke($"{shownName} has no help text on this computer, so the descriptions of its parameters are made from their names and types. {advice}");
        }

        IReadOnlyDictionary<string, object?> defaults = ParameterDefaults.Of(command);
        var properties = new JsonObject();
        foreach (CommandParameterInfo parameter in parameters)
        {
            string? description = help.For(parameter.Name) ?? (!string.IsNullOrWhiteSpace(parameter.HelpMessage) ? parameter.HelpMessage
                : help.IsEmpty ? ParameterWords.Describe(parameter)
                : null);
            defaults.TryGetValue(parameter.Name, out object? defaultValue);
            properties[parameter.Name] = ParameterSchema.Of(parameter, description, parameter.IsMandatory ? null : defaultValue);
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        string[] required = parameters.Where(parameter => parameter.IsMandatory).Select(parameter => parameter.Name).ToArray();
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray(required.Select(name => (JsonNode)JsonValue.Create(name)).ToArray());
        }

        schema["additionalProperties"] = false;
        return PowerShellJson.FromNode(schema);
    }

    private static ToolParameter[] Same(IReadOnlyList<CommandParameterInfo> parameters) =>
        parameters.Select(parameter => new ToolParameter(parameter.Name, parameter.Name, parameter.ParameterType)).ToArray();
}
