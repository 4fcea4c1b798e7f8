namespace CohereShell;

/// <summary>What a logical type makes of bytes. Bytes that it does not fit are shown as if it were not there.</summary>
internal interface IAvroBinaryForm
{
    /// <summary>How much longer than by its bytes a value can become.</summary>
    int LongestExtra { get; }

    bool TryWrite(ReadOnlySpan<byte> bytes, Utf8JsonWriter writer);

    object? TryRead(ReadOnlySpan<byte> bytes);
}
