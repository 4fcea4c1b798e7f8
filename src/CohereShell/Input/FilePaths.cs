using CohereShell.Errors;

namespace CohereShell.Input;

/// <summary>Finds files from PowerShell paths, which can contain wildcards, PowerShell drives and providers.</summary>
internal static class FilePaths
{
    /// <summary>The parameter set of -Path, which can contain wildcards.</summary>
    public const string PathSet = "Path";

    /// <summary>The parameter set of -LiteralPath.</summary>
    public const string LiteralPathSet = "LiteralPath";

    /// <summary>Whether the paths of a command are literal because they come from -LiteralPath.</summary>
    public static bool IsLiteral(PSCmdlet command) => command.ParameterSetName == LiteralPathSet;

    /// <summary>The files of -Path or -LiteralPath, one after another. A path without a file causes an error.</summary>
    public static IEnumerable<string> Given(PSCmdlet command, string[] path, string[] literalPath) =>
        GivenEach(command, path, literalPath).SelectMany(files => files);

    /// <summary>The same, as one list of files for each path.</summary>
    public static IEnumerable<IReadOnlyList<string>> GivenEach(PSCmdlet command, string[] path, string[] literalPath)
    {
        bool isLiteral = IsLiteral(command);
        return (isLiteral ? literalPath : path).Select(each => Resolve(command, each, isLiteral));
    }

    /// <summary>The files that a path matches. If there aren't any, an error is written.</summary>
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
                command.WriteError(ErrorRecords.NotAFile(path, isFolder: false));
                return [];
            }

            // A wildcard also matches folders, which are skipped.
            string[] files = found.Where(file => File.Exists(file) && !IsDevice(file)).ToArray();
            if (files.Length == 0)
            {
                command.WriteError(MeantLiterally(command, path, isLiteral) ?? (found.Any(file => Directory.Exists(file) || File.Exists(file))
                    ? ErrorRecords.NotAFile(path, found.All(Directory.Exists))
                    : ErrorRecords.FileNotReadable(path, new ItemNotFoundException($"The file '{path}' doesn't exist."))));
            }

            return files;
        }
        catch (Exception exception) when (exception is SessionStateException or WildcardPatternException)
        {
            command.WriteError(MeantLiterally(command, path, isLiteral) ?? ErrorRecords.FileNotReadable(path, exception));
        }

        return [];
    }

    /// <summary>The error for a path that matches nothing as a pattern but is the name of a file; null for other paths.</summary>
    public static ErrorRecord? MeantLiterally(PSCmdlet command, string path, bool isLiteral)
    {
        if (isLiteral || !WildcardPattern.ContainsWildcardCharacters(path))
        {
            return null;
        }

        string file = command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        return IsFileSystem(provider) && File.Exists(file)
            ? ErrorRecords.MeantLiterally(path, command.MyInvocation.MyCommand is CmdletInfo { Parameters: { } parameters } && parameters.ContainsKey(LiteralPathSet) ? LiteralPathSet : null)
            : null;
    }

    /// <summary>The file to write. A problem with the path ends the command.</summary>
    public static string ResolveTarget(PSCmdlet command, string path, bool isLiteral) => ResolveOne(command, path, isLiteral, static (file, exception) => ErrorRecords.FileNotWritable(file, exception));

    /// <summary>The one file to read, whose path is literal. A problem with the path ends the command.</summary>
    public static string ResolveSource(PSCmdlet command, string path) => ResolveOne(command, path, isLiteral: true, static (file, exception) => ErrorRecords.FileNotReadable(file, exception));

    private static string ResolveOne(PSCmdlet command, string path, bool isLiteral, Func<string, Exception, ErrorRecord> problem)
    {
        try
        {
            if (!isLiteral && WildcardPattern.ContainsWildcardCharacters(path))
            {
                // Like Export-Csv: a pattern can match one existing file.
                IReadOnlyCollection<string> files = command.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _);
                if (files.Count != 1)
                {
                    throw new ItemNotFoundException($"'{path}' contains wildcards and matches {(files.Count == 0 ? "no file" : "several files")}. If the name contains these characters, use -LiteralPath.");
                }

                return files.First();
            }

            string file = command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            if (!IsFileSystem(provider))
            {
                throw NotAFile(path, provider);
            }

            // PowerShell returns \\server\share as it is, also on systems where that is the name of a file in any folder.
            return Path.IsPathRooted(file) ? file : throw new DirectoryNotFoundException($"The folder of '{path}' doesn't exist on this computer.");
        }
        catch (Exception exception) when (exception is SessionStateException or PSNotSupportedException or WildcardPatternException or DirectoryNotFoundException)
        {
            command.ThrowTerminatingError(problem(path, exception));
            throw;
        }
    }

    /// <summary>The reason why a file can't be written as specified; null if it can.</summary>
    public static ErrorRecord? ProblemOfTarget(PSCmdlet command, string path, bool mayReplace, bool force, bool canAppend, bool isContinued = false)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        // A complete file replaces the existing one, which must not be a device such as /dev/null.
        return IsDevice(path) ? ErrorRecords.NotAFile(path, action: "Specify the path of a file. A device or a pipe would be replaced by a file.")
            : !mayReplace ? ErrorRecords.FileExists(path, canAppend)
            : !force && (File.GetAttributes(path) & FileAttributes.ReadOnly) != 0 ? ErrorRecords.FileIsReadOnly(path, isContinued)
            : null;
    }

    /// <summary>Whether two paths lead to the same file, also through links.</summary>
    public static bool IsSame(string one, string other) =>
        string.Equals(RealPath(one), RealPath(other), Path.DirectorySeparatorChar == '\\' ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    /// <summary>Writes to a file. A failure ends the command.</summary>
    public static void Write(PSCmdlet command, string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (ReplacingFile.IsWriteFailure(exception))
        {
            command.ThrowTerminatingError(ErrorRecords.FileNotWritable(path, exception));
        }
    }

    /// <summary>A file name from a text such as an id. It can't lead out of the folder.</summary>
    public static string FileNameOf(string text) =>
        string.Concat(text.Select(character => Path.GetInvalidFileNameChars().Contains(character) || character is '/' or '\\' or ':' ? '_' : character));

    /// <summary>Outputs a file as Get-Item does, for -PassThru.</summary>
    public static void PassThru(PSCmdlet command, string path) =>
        command.WriteObject(command.InvokeProvider.Item.Get([path], force: true, literalPath: true), enumerateCollection: true);

    /// <summary>
    /// The full path in the runspace of this thread, for methods, which have no command. Without a runspace, it's the
    /// full path in the process.
    /// </summary>
    public static string Resolve(string path)
    {
        if (Path.IsPathRooted(path) || System.Management.Automation.Runspaces.Runspace.DefaultRunspace is null)
        {
            return Path.GetFullPath(path);
        }

        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        // The path is passed as input: after a nested script with arguments, PowerShell stops writing to transcripts.
        shell.AddScript("foreach ($path in $input) { $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($path) }", useLocalScope: true);
        return shell.Invoke<string>(new[] { path }).FirstOrDefault() ?? Path.GetFullPath(path);
    }

    /// <summary>Opens a file to read it from start to end. Other processes can read and replace it.</summary>
    public static FileStream OpenRead(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 4096, FileOptions.SequentialScan);

    /// <summary>Returns the path, or throws if it leads to a device, a pipe or a socket. Reading from it might not end.</summary>
    /// <exception cref="IOException">It isn't a file.</exception>
    public static string RefuseDevice(string path) =>
        IsDevice(path) ? throw new IOException($"'{HarmlessText.From(path)}' is a device, a pipe or a socket, not a file.") : path;

    /// <summary>
    /// Whether a path leads to a device, a pipe or a socket. .NET can't tell, and opening a pipe may wait indefinitely,
    /// so PowerShell is asked. All of them are empty, so that for most files it isn't.
    /// </summary>
    public static bool IsDevice(string path)
    {
#if NET
        if (OperatingSystem.IsWindows())
        {
            return path.StartsWith(@"\\.\", StringComparison.Ordinal);
        }

        string target = LinkedFile.Target(path);
        if (System.Management.Automation.Runspaces.Runspace.DefaultRunspace is null || !File.Exists(target) || new FileInfo(target).Length > 0)
        {
            return false;
        }

        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript(@"foreach ($path in $input) { (Microsoft.PowerShell.Management\Get-Item -LiteralPath $path -Force).UnixStat.ItemType }", useLocalScope: true);
        return shell.Invoke<object>(new[] { target }).Any(type => type?.ToString() is not (null or "File"));
#else
        return path.StartsWith(@"\\.\", StringComparison.Ordinal);
#endif
    }

    private static string RealPath(string path)
    {
        try
        {
            return LinkedFile.RealPath(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return Path.GetFullPath(path);
        }
    }

    private static bool IsFileSystem(ProviderInfo provider) => provider.Name == "FileSystem";

    private static PSNotSupportedException NotAFile(string path, ProviderInfo provider) =>
        new($"'{path}' is a path of the provider {provider.Name}, not a file.");
}
