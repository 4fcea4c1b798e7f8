namespace CohereShell;

/// <summary>Finds the rows of a file of results that isn't text.</summary>
internal interface IRowFormat
{
    /// <summary>Where the last complete row ends. New rows follow it. Valid after all rows were read.</summary>
    long End { get; }

    /// <summary>Whether a part of a row follows the last complete one. Valid after all rows were read.</summary>
    bool IsTorn { get; }

    /// <summary>Reads some fields of all complete rows. The names aren't case-sensitive.</summary>
    /// <exception cref="RowFileException">The file isn't what it should be.</exception>
    IEnumerable<IReadOnlyDictionary<string, string>> Read(Stream file, IReadOnlyList<string> names);
}
