using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace CohereShell;

/// <summary>A duration or a UUID in bytes of a fixed length, in its usual text form.</summary>
internal sealed class AvroTextForm : IAvroBinaryForm
{
    public const int DurationLength = 12;
    public const int UuidLength = 16;

    public int LongestExtra => 64;

    public bool TryWrite(ReadOnlySpan<byte> bytes, Utf8JsonWriter writer)
    {
        writer.WriteStringValue(ToText(bytes));
        return true;
    }

    public object? TryRead(ReadOnlySpan<byte> bytes) => ToText(bytes);

    private static string ToText(ReadOnlySpan<byte> bytes) => bytes.Length == DurationLength ? ToDuration(bytes) : ToUuid(bytes);

    // ISO 8601. The three parts stay separate because the lengths of months in days and of days in hours vary.
    private static string ToDuration(ReadOnlySpan<byte> bytes)
    {
        uint months = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        uint days = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(4));
        uint milliseconds = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(8));
        return FormattableString.Invariant($"P{months}M{days}DT{milliseconds / 1000}.{milliseconds % 1000:000}S");
    }

    private static string ToUuid(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(36);
        for (int i = 0; i < bytes.Length; i++)
        {
            text.Append(i is 4 or 6 or 8 or 10 ? "-" : string.Empty).Append(bytes[i].ToString("x2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
