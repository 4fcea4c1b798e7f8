using CohereShell.Errors;

namespace CohereShell.Commands;

/// <summary>
/// The files of an index: those of the folders and those that were specified one by one. It also tells whether a file that
/// isn't there any more belonged to them.
/// </summary>
internal sealed class IndexSources
{
    /// <summary>Compares paths.</summary>
    public static readonly StringComparer Comparer = Path.DirectorySeparatorChar == '\\' ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>Compares parts of paths.</summary>
    public static readonly StringComparison Comparison = Path.DirectorySeparatorChar == '\\' ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private readonly PSCmdlet _command;
    private readonly string _index;
    private readonly string _linkedIndex;
    private readonly bool _recurses;
    private readonly bool _takesImages;
    private readonly WildcardPattern[] _filters;
    private readonly List<string> _folders = [];
    private readonly SortedSet<string> _files = new(Comparer);

    /// <summary>Prepares for sources.</summary>
    /// <param name="command">The command that reads them.</param>
    /// <param name="index">The index, which can be in one of the folders and doesn't belong to the files.</param>
    /// <param name="recurses">Whether the folders in a folder belong to it.</param>
    /// <param name="takesImages">Whether images belong to the documents.</param>
    /// <param name="filters">Patterns of file names. Empty for all documents.</param>
    public IndexSources(PSCmdlet command, string index, bool recurses, bool takesImages, string[] filters)
    {
        _command = command;
        _index = index;
        _linkedIndex = WithRealFolder(LinkedFile.Target(index));
        _recurses = recurses;
        _takesImages = takesImages;
        _filters = filters.Select(filter => new WildcardPattern(filter, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant)).ToArray();
    }

    /// <summary>The files, in a fixed order.</summary>
    public IReadOnlyCollection<string> Files => _files;

    /// <summary>The folders that were specified.</summary>
    public IReadOnlyList<string> Folders => _folders;

    /// <summary>Whether a source couldn't be read. Files that are missing then may still exist.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Adds folders and files. A path that doesn't exist causes an error.</summary>
    public void Add(string source, bool isLiteral)
    {
        try
        {
            string[] found = isLiteral || !(WildcardPattern.ContainsWildcardCharacters(source) || source.Contains('`'))
                ? [_command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(source, out ProviderInfo provider, out _)]
                : _command.SessionState.Path.GetResolvedProviderPathFromPSPath(source, out provider).ToArray();
            if (provider.Name != "FileSystem")
            {
                Fail(ErrorRecords.NotAFile(source));
                return;
            }

            if (found.Length == 0)
            {
                string exact = _command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(source);
                Fail(File.Exists(exact) || Directory.Exists(exact)
                    ? ErrorRecords.MeantLiterally(source, "LiteralSource")
                    : ErrorRecords.FileNotReadable(source, new ItemNotFoundException($"No file or folder matches '{source}'.")));
            }

            foreach (string path in found)
            {
                if (Directory.Exists(path))
                {
                    _folders.Add(WithoutSeparator(Path.GetFullPath(path)));
                    AddFolder(new DirectoryInfo(path), []);
                }
                else if (File.Exists(path))
                {
                    // A wildcard also matches files that can't be read, such as the index itself. A name doesn't.
                    if (found.Length == 1 || IsWanted(path))
                    {
                        _files.Add(Path.GetFullPath(path));
                    }
                }
                else
                {
                    Fail(ErrorRecords.FileNotReadable(source, new ItemNotFoundException($"The file or folder '{source}' doesn't exist.")));
                }
            }
        }
        catch (Exception exception) when (exception is SessionStateException or WildcardPatternException)
        {
            Fail(ErrorRecords.FileNotReadable(source, exception));
        }
    }

    /// <summary>Whether a file is among the files.</summary>
    public bool Contains(string path) => _files.Contains(path);

    /// <summary>Whether a file of the index would be among the files if it existed.</summary>
    public bool Covers(string path) => IsWanted(path) && _folders.Any(folder => IsIn(path, folder));

    /// <summary>
    /// The first folder without files, of which the index has some; null if there isn't one. It's emptied, or it isn't
    /// available: a network folder that isn't mounted looks empty.
    /// </summary>
    /// <param name="indexed">The files in the index.</param>
    public string? FirstEmptied(IReadOnlyCollection<string> indexed) => _folders.Find(folder =>
        !_files.Any(path => IsIn(path, folder)) && indexed.Any(path => IsWanted(path) && IsIn(path, folder)));

    private bool IsIn(string path, string folder) =>
        path.Length > folder.Length + 1
        && path.StartsWith(folder, Comparison)
        && (IsSeparator(path[folder.Length]) || IsSeparator(folder[folder.Length - 1]))
        && (_recurses || !path.Skip(folder.Length + 1).Any(IsSeparator));

    private static bool IsSeparator(char character) => character == Path.DirectorySeparatorChar || character == Path.AltDirectorySeparatorChar;

    private static string WithoutSeparator(string folder) =>
        folder.Length > 1 && folder != Path.GetPathRoot(folder) ? folder.TrimEnd(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar) : folder;

    private bool IsWanted(string path)
    {
        string name = Path.GetFileName(path);
        if (IsOfIndex(path, name))
        {
            return false;
        }

        return _filters.Length > 0 ? _filters.Any(filter => filter.IsMatch(name)) : DocumentKinds.IsDocument(name) || (_takesImages && DocumentKinds.IsImageName(name));
    }

    // The index can be a link, and it can be in a folder to which a link leads.
    private bool IsOfIndex(string path, string name) =>
        IndexStore.IsFileOf(_index, path)
        || (name.StartsWith(Path.GetFileName(_linkedIndex), Comparison) && IndexStore.IsFileOf(_linkedIndex, WithRealFolder(path)));

    private static string WithRealFolder(string path) =>
        Path.GetDirectoryName(path) is { } folder && Directory.Exists(folder) ? Path.Combine(LinkedFile.RealPath(folder), Path.GetFileName(path)) : path;

    // Hidden files and folders, such as .git, are left out, as Get-ChildItem does without -Force.
    private void AddFolder(DirectoryInfo folder, HashSet<string> parents)
    {
        // A link can lead back to a folder above it.
        string real = LinkedFile.RealPath(folder.FullName);
        if (!parents.Add(real))
        {
            return;
        }

        try
        {
            foreach (FileSystemInfo item in folder.EnumerateFileSystemInfos())
            {
                if (_command.Stopping)
                {
                    throw new PipelineStoppedException();
                }

                bool isHidden = (item.Attributes & FileAttributes.Hidden) != 0 || item.Name.StartsWith(".", StringComparison.Ordinal);
                if (isHidden)
                {
                    continue;
                }

                if (item is DirectoryInfo inner)
                {
                    if (_recurses)
                    {
                        AddFolder(inner, parents);
                    }
                }
                else if (IsWanted(item.FullName))
                {
                    _files.Add(item.FullName);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fail(ErrorRecords.FileNotReadable(folder.FullName, exception));
        }

        parents.Remove(real);
    }

    private void Fail(ErrorRecord error)
    {
        HasFailed = true;
        _command.WriteError(error);
    }
}
