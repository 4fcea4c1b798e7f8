using System.Collections;
using System.Management.Automation.Language;
using CohereShell.Json;

namespace CohereShell.Tools;

/// <summary>
/// Short descriptions of a command and its parameters from its help. They are short because every call pays for them.
/// </summary>
internal sealed class CommandHelp
{
    private const int LongestSynopsis = 400;
    private const int LongestParameter = 200;

    // When the engine runs Get-Help, it never asks whether to update the help.
    private const string HelpScript = "param($Name, $Category) Microsoft.PowerShell.Core\\Get-Help -Name $Name -Category $Category -ErrorAction Ignore";

    private readonly Dictionary<string, string> _parameters = new(StringComparer.OrdinalIgnoreCase);

    private CommandHelp()
    {
    }

    /// <summary>What the command does; null if its help doesn't say.</summary>
    public string? Synopsis { get; private set; }

    /// <summary>Whether there is neither a synopsis nor a description of a parameter.</summary>
    public bool IsEmpty => Synopsis is null && _parameters.Count == 0;

    /// <summary>What the parameter is for; null if the help doesn't say.</summary>
    public string? For(string parameter) => _parameters.TryGetValue(parameter, out string? text) ? text : null;

    /// <summary>The help of a command: from its comments, otherwise from the help system; empty if it has none.</summary>
    public static CommandHelp Of(CommandInfo command, CommandInvocationIntrinsics engine)
    {
        Ast? ast = ScriptOf(command)?.Ast;
        CommentHelpInfo? comment = (ast as FunctionDefinitionAst)?.GetHelpContent() ?? (ast as ScriptBlockAst)?.GetHelpContent();
        if (comment is { MamlHelpFile: null or "" })
        {
            return FromComment(comment);
        }

        // A function without a module and without comment-based help isn't known to the help system.
        return command is not CmdletInfo && string.IsNullOrEmpty(command.ModuleName) ? new CommandHelp() : FromHelpSystem(command, engine);
    }

    /// <summary>The script of a function or a script file; null for other kinds of commands.</summary>
    public static ScriptBlock? ScriptOf(CommandInfo command) => command switch
    {
        FunctionInfo function => function.ScriptBlock,
        ExternalScriptInfo script => script.ScriptBlock,
        _ => null,
    };

    private static CommandHelp FromComment(CommentHelpInfo comment)
    {
        var help = new CommandHelp { Synopsis = Shorten(string.IsNullOrWhiteSpace(comment.Synopsis) ? comment.Description : comment.Synopsis, LongestSynopsis) };
        foreach (KeyValuePair<string, string> parameter in comment.Parameters)
        {
            help.Add(parameter.Key, parameter.Value);
        }

        return help;
    }

    private static CommandHelp FromHelpSystem(CommandInfo command, CommandInvocationIntrinsics engine)
    {
        var help = new CommandHelp();
        string name = string.IsNullOrEmpty(command.ModuleName) ? command.Name : command.ModuleName + "\\" + command.Name;
        if (WildcardPattern.ContainsWildcardCharacters(name))
        {
            return help;
        }

        try
        {
            PSObject? found = engine.InvokeScript(HelpScript, name, command is CmdletInfo ? "Cmdlet" : "Function").FirstOrDefault();
            string? synopsis = Text(found, "Synopsis");
            // Without help files, the help system returns the syntax as the synopsis.
            if (synopsis is null || synopsis.StartsWith(command.Name, StringComparison.OrdinalIgnoreCase))
            {
                return help;
            }

            help.Synopsis = Shorten(synopsis, LongestSynopsis);
            foreach (PSObject parameter in Items(Value(Value(found, "parameters"), "parameter")))
            {
                help.Add(Text(parameter, "name"), string.Join(" ", Items(Value(parameter, "description")).Select(part => Text(part, "Text"))));
            }
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            // A broken help file, or a runspace without Get-Help. A tool doesn't need a description.
        }

        return help;
    }

    private void Add(string? parameter, string? text)
    {
        if (parameter is not null && Shorten(text, LongestParameter) is { } shortened)
        {
            _parameters[parameter] = shortened;
        }
    }

    private static object? Value(object? owner, string property) => owner is null ? null : PSObject.AsPSObject(owner).Properties[property]?.Value;

    private static string? Text(object? owner, string property) => Value(owner, property)?.ToString()?.Trim();

    private static IEnumerable<PSObject> Items(object? value) => PowerShellJson.Unwrap(value) switch
    {
        null => [],
        IEnumerable list and not string => list.Cast<object?>().Where(item => item is not null).Select(item => PSObject.AsPSObject(item!)),
        _ => [PSObject.AsPSObject(value!)],
    };

    // On one line, and cut at the end of a sentence or at least of a word.
    private static string? Shorten(string? text, int longest)
    {
        string line = string.Join(" ", (text ?? string.Empty).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= longest)
        {
            return line.Length > 0 ? line : null;
        }

        int sentence = line.LastIndexOf(". ", longest - 1, StringComparison.Ordinal);
        int word = line.LastIndexOf(' ', longest - 1);
        return sentence > 0 ? line.Substring(0, sentence + 1) : line.Substring(0, word > 0 ? word : longest - 1) + "…";
    }
}
