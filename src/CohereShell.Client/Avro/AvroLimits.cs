namespace CohereShell;

/// <summary>
/// Limits for a file. A few bytes can claim to be a billion items. These numbers bound the memory for such claims, and
/// real files stay far below them.
/// </summary>
internal sealed class AvroLimits
{
    public static readonly AvroLimits Default = new();

    /// <summary>The maximum length of the header in bytes. Most of it is the schema.</summary>
    public int HeaderLength { get; init; } = 4 * 1024 * 1024;

    /// <summary>The maximum length of a block in bytes, both compressed and decompressed.</summary>
    public int BlockLength { get; init; } = 256 * 1024 * 1024;

    /// <summary>
    /// The approximate maximum length of a row's JSON in bytes. Even with every character escaped, it is less than what
    /// Utf8JsonWriter can write as one value (125,000,000 bytes of base64) and an array can hold.
    /// </summary>
    public int RowLength { get; init; } = 100 * 1024 * 1024;

    /// <summary>
    /// The maximum nesting of arrays, maps and records. JSON writers stop at 1,000, and the stack of a thread later.
    /// </summary>
    public int Depth { get; init; } = 250;

    /// <summary>The length of JSON that any block may produce, in bytes.</summary>
    public int BlockAllowance { get; init; } = 64 * 1024 * 1024;

    /// <summary>The maximum length of the JSON that a block may produce, in bytes.</summary>
    /// <remarks>Nulls take no bytes at all, and the number of an enum symbol can represent a long name.</remarks>
    public long BlockBudget(int blockLength) => BlockAllowance + (1024L * blockLength);
}
