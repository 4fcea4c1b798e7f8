namespace CohereShell.Commands;

/// <summary>What an update has to do: the files of the sources compared with those of the index.</summary>
internal sealed class IndexChanges
{
    private readonly HashSet<string> _kept = new(IndexSources.Comparer);
    private readonly Dictionary<string, string> _hashes = new(IndexSources.Comparer);
    private readonly HashSet<string> _failed = new(IndexSources.Comparer);
    private readonly HashSet<string> _empty = new(IndexSources.Comparer);
    private readonly List<IndexFile> _new = [];

    /// <summary>The files to read: new ones, and those whose content isn't that of the index.</summary>
    public IReadOnlyList<IndexFile> New => _new;

    /// <summary>The number of files that stay as they are.</summary>
    public int Unchanged { get; private set; }

    /// <summary>The number of files to remove from the index.</summary>
    public int Removed { get; private set; }

    /// <summary>The number of files that aren't in the sources and stay in the index.</summary>
    public int Elsewhere { get; private set; }

    /// <summary>The number of files that can't be read, or not embedded completely.</summary>
    public int Failed => _failed.Count;

    public int Added => _new.Count(file => !file.IsKnown && IsIndexed(file));

    public int Changed => _new.Count(file => file.IsKnown && IsIndexed(file));

    public void AddNew(IndexFile file)
    {
        _new.Add(file);
        _hashes[file.Path] = file.Hash;
    }

    /// <summary>Sets the hash of a file as it was read: it can have changed since, or have pages that weren't parsed.</summary>
    public void SetHash(string path, string hash) => _hashes[path] = hash;

    public void AddUnchanged(string path)
    {
        _kept.Add(path);
        Unchanged++;
    }

    public void AddRemoved() => Removed++;

    public void AddElsewhere(string path)
    {
        _kept.Add(path);
        Elsewhere++;
    }

    /// <summary>A file that can't be read now. What the index has of it stays.</summary>
    public void AddUnreadable(string path)
    {
        _failed.Add(path);
        _kept.Add(path);
        _hashes.Remove(path);
    }

    /// <summary>A file of which a chunk couldn't be embedded. The index gets the others, and without others keeps what it has.</summary>
    public void AddIncomplete(string path)
    {
        _failed.Add(path);
        _kept.Add(path);
    }

    /// <summary>A file without text that may be a scan. The text that it had before isn't in it any more.</summary>
    public void AddUnparsed(string path) => _failed.Add(path);

    /// <summary>A file without text.</summary>
    public void AddEmpty(string path) => _empty.Add(path);

    /// <summary>Whether what the index has of a file stays, unless the update has new chunks of it.</summary>
    public bool Keeps(string path) => _kept.Contains(path);

    /// <summary>Whether a chunk of this update belongs to the index.</summary>
    public bool Wants(string path, string fileHash) => _hashes.TryGetValue(path, out string? hash) && hash == fileHash;

    private bool IsIndexed(IndexFile file) => !_failed.Contains(file.Path) && !_empty.Contains(file.Path);

    public override string ToString() => FormattableString.Invariant(
        $"{_new.Count(file => !file.IsKnown):N0} new, {_new.Count(file => file.IsKnown):N0} changed, {Removed:N0} removed and {Unchanged + Elsewhere:N0} unchanged files");
}

/// <summary>A file to read.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Hash">Identifies its content.</param>
/// <param name="LastWriteTime">The time of its last change.</param>
/// <param name="IsKnown">Whether the index contains an earlier version.</param>
internal sealed record IndexFile(string Path, string Hash, DateTime LastWriteTime, bool IsKnown)
{
    /// <summary>What follows the hash in the index if the file has scanned pages that weren't parsed. A hash of their numbers follows.</summary>
    public const string UnparsedMark = "-unparsed";
}
