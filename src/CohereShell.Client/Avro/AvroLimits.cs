namespace CohereShell;

/// <summary>
/// What a file may ask for. A few bytes can claim to be a billion items; what is taken for them is bounded by these
/// numbers, which no sensible file comes near.
/// </summary>
internal sealed class AvroLimits
{
    public static readonly AvroLimits Default = new();

    /// <summary>The longest header, in bytes. Nearly all of it is the schema.</summary>
    public int HeaderLength { get; init; } = 4 * 1024 * 1024;

    /// <summary>The longest block, in bytes, as it stands in the file and again when it is no longer compressed.</summary>
    public int BlockLength { get; init; } = 256 * 1024 * 1024;

    /// <summary>
    /// About how long the JSON of a row may be, in bytes. With every character escaped it stays below what Utf8JsonWriter
    /// can write as one value (125,000,000 bytes of base64) and one array can hold.
    /// </summary>
    public int RowLength { get; init; } = 100 * 1024 * 1024;

    /// <summary>How many arrays, maps and records may stand in one another. JSON writers end at 1,000, the stack of a thread later.</summary>
    public int Depth { get; init; } = 250;

    /// <summary>How much JSON a block may become whatever its length, in bytes.</summary>
    public int BlockAllowance { get; init; } = 64 * 1024 * 1024;

    /// <summary>How much JSON a block may become in all.</summary>
    /// <remarks>Nulls and records of them take no bytes at all, and a number for a name may stand for a long name.</remarks>
    public long BlockBudget(int blockLength) => BlockAllowance + (1024L * blockLength);
}
