using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Finds what an update has to do.</summary>
internal sealed class IndexComparison(CohereCommand command, IndexSources sources, IndexStore store)
{
    private readonly CohereCommand _command = command;
    private readonly IndexSources _sources = sources;
    private readonly IndexStore _store = store;

    /// <summary>Compares the files of the sources with those of the index.</summary>
    /// <param name="settings">How files are read and split.</param>
    /// <param name="parses">Whether scanned pages are parsed. Files with pages that weren't parsed are read again.</param>
    /// <param name="prunes">Whether files that aren't in the sources are removed, also those of other folders.</param>
    public IndexChanges Compare(string settings, bool parses, bool prunes)
    {
        var changes = new IndexChanges();
        var problems = new List<(string Path, Exception Problem)>();
        // Needs the thread of the pipeline: reading a pipe wouldn't end.
        string[] files = _sources.Files.Where(path => IsFile(path, problems)).ToArray();
        IndexFile?[] found = _command.Run(token => Task.Run(
            () => files.Select(path =>
            {
                try
                {
                    return new IndexFile(path, IndexChunk.HashOfFile(path, settings, token), File.GetLastWriteTimeUtc(path), _store.Contains(path));
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
                {
                    problems.Add((path, exception));
                    return null;
                }
            }).ToArray(),
            token));
        foreach ((string path, Exception problem) in problems)
        {
            changes.AddUnreadable(path);
            _command.WriteError(ErrorRecords.FileNotReadable(path, problem));
        }

        foreach (IndexFile file in found.OfType<IndexFile>())
        {
            if (_store.Contains(file.Path, file.Hash) || (!parses && _store.ContainsUnparsed(file.Path, file.Hash)))
            {
                changes.AddUnchanged(file.Path);
            }
            else
            {
                changes.AddNew(file);
            }
        }

        foreach (string path in _store.Paths.Where(path => !_sources.Contains(path)))
        {
            // If a folder can't be read, its files may still be there.
            if (!_sources.HasFailed && (prunes || _sources.Covers(path)))
            {
                changes.AddRemoved();
            }
            else
            {
                changes.AddElsewhere(path);
            }
        }

        return changes;
    }

    /// <summary>Whether an update would empty the index, or do nothing. Then an error was written.</summary>
    // A share that isn't mounted is an empty folder. It must not empty the index, which cost money.
    public bool IsUnsafe(IndexChanges changes)
    {
        if (!_sources.HasFailed && _sources.FirstEmptied(_store.Paths) is { } emptied)
        {
            _command.WriteError(ErrorRecords.InvalidValue(
                $"The folder '{emptied}' contains no file that can be read, and the index has files of it. The index hasn't changed.",
                "Check that the folder is available. To remove its files from the index, add -Force.",
                emptied));
            return true;
        }

        if (_sources.Files.Count > 0)
        {
            return false;
        }

        if (_sources.HasFailed)
        {
            // The errors say what is missing.
            return true;
        }

        if (_store.IsEmpty || changes.Removed > 0)
        {
            _command.WriteError(ErrorRecords.InvalidValue(
                "The sources contain no file that can be read. The index hasn't changed.",
                _store.IsEmpty ? "Check -Source, -Filter and -Recurse." : "Check that the folder is available. To remove its files from the index, add -Force.",
                _sources.Folders.Count > 0 ? _sources.Folders[0] : null));
            return true;
        }

        return false;
    }

    private static bool IsFile(string path, List<(string Path, Exception Problem)> problems)
    {
        try
        {
            FilePaths.RefuseDevice(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add((path, exception));
            return false;
        }
    }
}
