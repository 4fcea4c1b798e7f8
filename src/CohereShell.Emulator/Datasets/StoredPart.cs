namespace CohereShell.Emulation;

/// <summary>A file with rows of a dataset.</summary>
internal sealed record StoredPart
{
    public string Name { get; init; } = string.Empty;

    /// <summary>The name of the file in the emulator's folder.</summary>
    public string File { get; init; } = string.Empty;

    public long Offset { get; init; }

    public long Bytes { get; init; }

    public int Rows { get; init; }

    /// <summary>Whether the rows are for evaluation.</summary>
    public bool IsEval { get; init; }

    /// <summary>The first rows, as JSON.</summary>
    public IReadOnlyList<string> Samples { get; init; } = [];
}
