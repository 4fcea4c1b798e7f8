using System.Collections;
using System.Management.Automation.Language;

namespace CohereShell.Completion;

/// <summary>
/// Completes the names of the properties that pipeline input has. PowerShell knows them for variables, for literals, and for
/// commands that declare their output. The columns of a CSV file are read from the file.
/// </summary>
public sealed class InputPropertyCompleter : NameCompleter
{
    // Their output has the properties of their input.
    private static readonly string[] Passing = ["Where-Object", "where", "?", "Sort-Object", "sort", "Select-Object", "select"];
    private static readonly string[] CsvReaders = ["Import-Csv", "ipcsv"];

    // PowerShell also completes the members of the wrapper that objects made in script have.
    private static readonly string[] OfPSObject = [.. typeof(PSObject).GetProperties().Select(property => property.Name)];

    private protected override IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters) => [];

    private protected override IEnumerable<(string Name, string ToolTip)> Candidates(CommandAst command, IDictionary boundParameters)
    {
        try
        {
            return boundParameters["InputObject"] is { } given ? NamesOf(PSObject.AsPSObject(given))
                : command.Parent is PipelineAst pipeline && pipeline.PipelineElements.IndexOf(command) is > 0 and var index
                    ? InputOf(pipeline.PipelineElements.Take(index).ToArray())
                    : [];
        }
        catch (Exception exception) when (exception is RuntimeException or ArgumentException or InvalidOperationException or IOException)
        {
            // What the input is can't be told. A completer must not show an error at the prompt.
            return [];
        }
    }

    private static IEnumerable<(string Name, string ToolTip)> InputOf(CommandBaseAst[] elements) =>
        elements[0] is CommandAst first && Is(first, CsvReaders) && elements.Skip(1).All(element => element is CommandAst next && Is(next, Passing))
            ? ColumnsOf(first)
            : KnownToPowerShell(string.Join(" | ", elements.Select(element => element.Extent.Text)));

    private static bool Is(CommandAst command, string[] names) =>
        command.GetCommandName() is { } name && names.Contains(name.Substring(name.LastIndexOf('\\') + 1), StringComparer.OrdinalIgnoreCase);

    // Select-Object completes the names, and nothing of the pipeline runs.
    private static IEnumerable<(string Name, string ToolTip)> KnownToPowerShell(string pipeline)
    {
        string line = pipeline + " | Microsoft.PowerShell.Utility\\Select-Object -Property ";
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddCommand("TabExpansion2").AddParameter("inputScript", line).AddParameter("cursorColumn", line.Length)
            .Invoke<CommandCompletion>()
            .SelectMany(completion => completion.CompletionMatches)
            .Where(match => match.ResultType == CompletionResultType.Property && !OfPSObject.Contains(match.ListItemText))
            .Select(match => (match.ListItemText, match.ToolTip))
            .ToArray();
    }

    // Reads no more than the first row.
    private static IEnumerable<(string Name, string ToolTip)> ColumnsOf(CommandAst reader)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand("Microsoft.PowerShell.Utility\\Import-Csv");
        foreach (KeyValuePair<string, ParameterBindingResult> argument in StaticParameterBinder.BindCommand(reader).BoundParameters)
        {
            if (ValueOf(argument.Value) is not { } value)
            {
                return [];
            }

            shell.AddParameter(argument.Key, value);
        }

        shell.AddParameter("ErrorAction", ActionPreference.Ignore).AddCommand("Microsoft.PowerShell.Utility\\Select-Object").AddParameter("First", 1);
        return shell.Invoke().Take(1).SelectMany(NamesOf).ToArray();
    }

    private static object? ValueOf(ParameterBindingResult argument) => argument.ConstantValue
        ?? (argument.Value is VariableExpressionAst variable ? ValueOf(variable.VariablePath.UserPath) : null);

    private static object? ValueOf(string variable)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddCommand("Microsoft.PowerShell.Utility\\Get-Variable").AddParameter("Name", WildcardPattern.Escape(variable)).AddParameter("ValueOnly").AddParameter("ErrorAction", ActionPreference.Ignore)
            .Invoke().FirstOrDefault();
    }

    private static IEnumerable<(string Name, string ToolTip)> NamesOf(PSObject item) =>
        item.Properties.Where(property => property.IsGettable).Select(property => (property.Name, property.TypeNameOfValue));
}
