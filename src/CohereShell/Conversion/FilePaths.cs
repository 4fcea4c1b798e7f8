using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using System.Management.Automation;
using CohereShell.Errors;

namespace CohereShell.Conversion;

/// <summary>Files from -Path and -LiteralPath.</summary>
internal static class FilePaths
{
    private const string FileSystem = "FileSystem";

    /// <summary>The files that a path means, in full.</summary>
    /// <param name="command">The command, whose location paths begin at.</param>
    /// <param name="path">The path.</param>
    /// <param name="isLiteral">Whether wildcards are letters.</param>
    /// <param name="files">The files; at least one.</param>
    /// <param name="error">Why there is none.</param>
    public static bool TryResolve(
        PSCmdlet command,
        string path,
        bool isLiteral,
        out IReadOnlyList<string> files,
        [NotNullWhen(false)] out ErrorRecord? error)
    {
        files = [];
        error = null;
        try
        {
            ProviderInfo provider;
            string[] found = isLiteral
                ? [command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _)]
                : command.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out provider).ToArray();
            if (provider.Name != FileSystem)
            {
                error = ErrorRecords.NotAFile(path);
            }
            else if (found.Length == 0 || !found.All(file => File.Exists(file) || Directory.Exists(file)))
            {
                error = ErrorRecords.FileNotReadable(path, new FileNotFoundException($"There is no file '{path}'."));
            }
            else
            {
                // A wildcard means the files that match; a folder that is named is a mistake.
                files = found.Length > 1 ? found.Where(File.Exists).ToArray() : found;
                error = files.Any(Directory.Exists) ? ErrorRecords.NotAFile(path) : null;
            }
        }
        catch (SessionStateException exception)
        {
            error = ErrorRecords.FileNotReadable(path, exception);
        }

        return error is null;
    }
}
