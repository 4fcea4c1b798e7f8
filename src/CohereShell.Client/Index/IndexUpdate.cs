namespace CohereShell;

/// <summary>What an update of an index did.</summary>
public sealed class IndexUpdate
{
    /// <summary>The file of the index.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>Whether the index is up to date.</summary>
    public IndexStatus Status { get; init; }

    /// <summary>The number of files that are new in the index.</summary>
    public int Added { get; init; }

    /// <summary>The number of files whose text has changed.</summary>
    public int Changed { get; init; }

    /// <summary>The number of files that were removed from the index.</summary>
    public int Removed { get; init; }

    /// <summary>The number of files that were in the index already.</summary>
    public int Unchanged { get; init; }

    /// <summary>The number of files that couldn't be read or embedded completely. The next update tries them again.</summary>
    public int Failed { get; init; }

    /// <summary>The number of chunks that were embedded.</summary>
    public long Embedded { get; init; }

    /// <summary>
    /// The number of chunks of new and changed files whose embedding was known already, from an earlier version of the
    /// file, from another file with the same text, or from an update that was interrupted.
    /// </summary>
    public long Reused { get; init; }

    /// <summary>The number of images and scanned pages that were parsed.</summary>
    public long Parsed { get; init; }

    /// <summary>The number of files in the index.</summary>
    public int Files { get; init; }

    /// <summary>The number of chunks in the index.</summary>
    public long Chunks { get; init; }

    /// <summary>The model of the index.</summary>
    public string Model { get; init; } = string.Empty;

    /// <summary>The embed job that embedded the chunks; null if none did.</summary>
    public string? JobId { get; init; }

    /// <summary>The cost of the update in tokens, and in pages with -Parse. An embed job isn't included, because Cohere doesn't report its cost.</summary>
    public Usage Usage { get; init; } = Usage.None;

    /// <summary>The time that the update took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Status}: {Files} files, {Chunks} chunks");
}

/// <summary>The state of an index after an update.</summary>
public enum IndexStatus
{
    /// <summary>The index is up to date, and nothing had to be done.</summary>
    Unchanged,

    /// <summary>The index was changed and is up to date.</summary>
    Updated,

    /// <summary>Some files couldn't be read or embedded. The index contains everything else.</summary>
    Incomplete,

    /// <summary>The embed job is still running. The index hasn't changed; the next update continues with the job.</summary>
    Running,
}
