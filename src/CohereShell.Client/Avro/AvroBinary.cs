namespace CohereShell;

/// <summary>
/// Bytes with a fixed length or with the length before them. They are written as base64, unless they have a logical type
/// with another form that they fit.
/// </summary>
internal sealed class AvroBinary(int? length, IAvroBinaryForm? form) : AvroType
{
    private readonly IAvroBinaryForm? _form = form;

    /// <summary>The fixed length in bytes, or null if the length is before the bytes.</summary>
    public int? Length { get; } = length;

    public override void Check(AvroCursor cursor)
    {
        int length = Take(cursor).Length;
        // Base64 is a third longer than the bytes, and numbers have up to 2.4 digits for each byte.
        cursor.Spend(AvroCursor.ValueCost + (3L * length) + (_form?.LongestExtra ?? 0));
    }

    public override void Write(AvroCursor cursor, Utf8JsonWriter writer)
    {
        ReadOnlySpan<byte> bytes = Take(cursor);
        if (_form?.TryWrite(bytes, writer) is not true)
        {
            writer.WriteBase64StringValue(bytes);
        }
    }

    public override object? Read(AvroCursor cursor)
    {
        ReadOnlySpan<byte> bytes = Take(cursor);
        return _form?.TryRead(bytes) ?? Convert.ToBase64String(bytes.ToArray());
    }

    private ReadOnlySpan<byte> Take(AvroCursor cursor) => Length is { } length ? cursor.Take(length) : cursor.ReadBytes();
}
