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

    /// <summary>Ends the command if the name of the file doesn't determine its format.</summary>
    public static void CheckName(PSCmdlet command, string outFile)
    {
        if (!ResultFile.HasFormat(outFile))
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue(
                $"The name of -OutFile doesn't determine the format: '{DisplayText.OneLine(outFile, 100)}'.",
                "Use a name that ends in .jsonl or .csv.",
                outFile));
        }
    }
}
