using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace CohereShell.Tests;

/// <summary>The files of the repository that the tests run in.</summary>
internal static partial class Repository
{
    internal static string Root { get; } = FindRoot();

    /// <summary>The cmdlets that the manifest exports.</summary>
    internal static IReadOnlyList<string> Cmdlets { get; } = FindCmdlets();

    internal static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path])).ReplaceLineEndings("\n");

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "CohereShell.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("The tests run inside the repository.");
    }

    private static string[] FindCmdlets()
    {
        string manifest = Read("CohereShell.psd1");
        return
        [
            .. QuotedName().Matches(manifest[manifest.IndexOf("CmdletsToExport", StringComparison.Ordinal)..manifest.IndexOf("FunctionsToExport", StringComparison.Ordinal)])
                .Select(match => match.Groups[1].Value),
        ];
    }

    [GeneratedRegex(@"'(\w+-\w+)'")]
    private static partial Regex QuotedName();
}
