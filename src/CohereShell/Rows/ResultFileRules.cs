using CohereShell.Errors;
using CohereShell.Pipeline;

namespace CohereShell.Rows;

/// <summary>The parameters that belong to the file of results.</summary>
internal static class ResultFileRules
{
    private static readonly string[] Dependent = ["Resume", "Force", "PassThru"];

    /// <summary>Ends the command if a parameter for the file is specified without the file.</summary>
    public static void Check(CohereApiCommand command, string? outFile)
    {
        if (outFile is null && Dependent.FirstOrDefault(name => command.MyInvocation.BoundParameters.TryGetValue(name, out object? value) && LanguagePrimitives.IsTrue(value)) is { } name)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidCombination($"-{name} requires -OutFile.", $"Add -OutFile, or leave -{name} out."));
        }
    }
}
