namespace CohereShell;

/// <summary>How a logical type writes bytes. Bytes that don't fit are written as if it weren't there.</summary>
internal interface IAvroBinaryForm
{
    /// <summary>How much longer the text of a value can be than its bytes.</summary>
    int LongestExtra { get; }

    bool TryWrite(ReadOnlySpan<byte> bytes, Utf8JsonWriter writer);

    object? TryRead(ReadOnlySpan<byte> bytes);
}
