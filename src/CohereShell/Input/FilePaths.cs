using CohereShell.Errors;

namespace CohereShell.Input;

/// <summary>Files from the paths of PowerShell, which may hold wildcards, drives of PowerShell, and providers.</summary>
internal static class FilePaths
{
    /// <summary>The parameter set of -Path, which may hold wildcards.</summary>
    public const string PathSet = "Path";

    /// <summary>The parameter set of -LiteralPath.</summary>
    public const string LiteralPathSet = "LiteralPath";

    /// <summary>Whether the paths of a command are literal: those of -LiteralPath.</summary>
    public static bool IsLiteral(PSCmdlet command) => command.ParameterSetName == LiteralPathSet;

    /// <summary>The files of -Path or -LiteralPath, one after another. An error is written for a path without a file.</summary>
    public static IEnumerable<string> Given(PSCmdlet command, string[] path, string[] literalPath) =>
        GivenEach(command, path, literalPath).SelectMany(files => files);

    /// <summary>The same, for each path the files that it stands for.</summary>
    public static IEnumerable<IReadOnlyList<string>> GivenEach(PSCmdlet command, string[] path, string[] literalPath)
    {
        bool isLiteral = IsLiteral(command);
        return (isLiteral ? literalPath : path).Select(each => Resolve(command, each, isLiteral));
    }

    /// <summary>The files that a path stands for; where there are none, an error is written.</summary>
    public static IReadOnlyList<string> Resolve(PSCmdlet command, string path, bool isLiteral)
    {
        try
        {
            ProviderInfo provider;
            string[] found = isLiteral
                ? [command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _)]
                : command.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out provider).ToArray();
            if (!IsFileSystem(provider))
            {
                command.WriteError(ErrorRecords.NotAFile(path));
                return [];
            }

            // A wildcard means the files among what it matches.
            string[] files = found.Where(file => File.Exists(file)).ToArray();
            if (files.Length == 0)
            {
                command.WriteError(found.Any(file => Directory.Exists(file))
                    ? ErrorRecords.NotAFile(path)
                    : ErrorRecords.FileNotReadable(path, new ItemNotFoundException($"There is no file '{path}'.")));
            }

            return files;
        }
        catch (SessionStateException exception)
        {
            command.WriteError(ErrorRecords.FileNotReadable(path, exception));
        }

        return [];
    }

    /// <summary>The file to write; what is wrong with the path ends the command.</summary>
    public static string ResolveTarget(PSCmdlet command, string path, bool isLiteral)
    {
        try
        {
            if (!isLiteral && WildcardPattern.ContainsWildcardCharacters(path))
            {
                // As Export-Csv does it: a pattern may stand for one file that exists.
                IReadOnlyCollection<string> files = command.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _);
                if (files.Count != 1)
                {
                    throw new ItemNotFoundException($"'{path}' holds wildcards and matches {(files.Count == 0 ? "no file" : "several files")}. Use -LiteralPath for a name that has such characters.");
                }

                return files.First();
            }

            string file = command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            return IsFileSystem(provider) ? file : throw NotAFile(path, provider);
        }
        catch (Exception exception) when (exception is SessionStateException or PSNotSupportedException)
        {
            command.ThrowTerminatingError(ErrorRecords.FileNotWritable(path, exception));
            throw;
        }
    }

    /// <summary>Why a file cannot be written as it was asked for; null where nothing stands against it.</summary>
    public static ErrorRecord? ProblemOfTarget(PSCmdlet command, string path, bool mayReplace, bool force, bool canAppend)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        // A complete file takes the place of what is there, and nobody wants that of /dev/null.
        return IsDevice(command, path) ? ErrorRecords.NotAFile(path, "Give the path of a file. A device or a pipe would be replaced by one.")
            : !mayReplace ? ErrorRecords.FileExists(path, canAppend)
            : !force && (File.GetAttributes(path) & FileAttributes.ReadOnly) != 0 ? ErrorRecords.FileIsReadOnly(path)
            : null;
    }

    /// <summary>Writes to a file; what stands against it ends the command.</summary>
    public static void Write(PSCmdlet command, string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            command.ThrowTerminatingError(ErrorRecords.FileNotWritable(path, exception));
        }
    }

    /// <summary>Puts out a file as Get-Item does, for -PassThru.</summary>
    public static void PassThru(PSCmdlet command, string path) =>
        command.WriteObject(command.InvokeProvider.Item.Get([path], force: true, literalPath: true), enumerateCollection: true);

    /// <summary>
    /// The file that a path stands for in the runspace of this thread, for methods, which know no command; elsewhere the one
    /// that it stands for in the process.
    /// </summary>
    public static string Resolve(string path)
    {
        if (Path.IsPathRooted(path) || System.Management.Automation.Runspaces.Runspace.DefaultRunspace is null)
        {
            return Path.GetFullPath(path);
        }

        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        // As input: after a nested script with arguments, PowerShell keeps what follows out of transcripts.
        shell.AddScript("foreach ($path in $input) { $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($path) }", useLocalScope: true);
        return shell.Invoke<string>(new[] { path }).FirstOrDefault() ?? Path.GetFullPath(path);
    }

    /// <summary>Opens a file to be read from its beginning to its end; others may read it and put another in its place.</summary>
    public static FileStream OpenRead(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 4096, FileOptions.SequentialScan);

    /// <summary>Whether a path leads to a device, a pipe or a socket. Only PowerShell knows; on Windows there are none among files.</summary>
    private static bool IsDevice(PSCmdlet command, string path) =>
        command.InvokeProvider.Item.Get([LinkedFile.Target(path)], force: true, literalPath: true)
            .Select(item => item.Properties["UnixStat"]?.Value)
            .Any(stat => stat is not null && PSObject.AsPSObject(stat).Properties["ItemType"]?.Value?.ToString() is not (null or "File"));

    private static bool IsFileSystem(ProviderInfo provider) => provider.Name == "FileSystem";

    private static PSNotSupportedException NotAFile(string path, ProviderInfo provider) =>
        new($"'{path}' is a path of the provider {provider.Name}, and no file.");
}
