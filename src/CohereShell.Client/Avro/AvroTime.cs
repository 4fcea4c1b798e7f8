using System.Globalization;

namespace CohereShell;

/// <summary>
/// A date or a time, stored as an integer and written as ISO 8601. A value that .NET can't represent (before year 1,
/// after 9999, hour 24) stays an integer.
/// </summary>
internal sealed class AvroTime : AvroType
{
    private const long TicksOfMicrosecond = TimeSpan.TicksPerMillisecond / 1000;
    private static readonly DateTime Epoch = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
    private readonly bool _isInt;
    private readonly long _unit;
    private readonly long _first;
    private readonly long _last;
    private readonly string _format;

    private AvroTime(bool isInt, long unit, bool isTimeOfDay, string format)
    {
        _isInt = isInt;
        _unit = unit;
        _format = format;
        // The bounds are whole units, so that no valid number overflows as ticks.
        _first = isTimeOfDay ? 0 : -(Epoch.Ticks / unit);
        _last = isTimeOfDay ? (TimeSpan.TicksPerDay / unit) - 1 : (DateTime.MaxValue.Ticks - Epoch.Ticks) / unit;
    }

    /// <summary>Returns the type for a logical type on an integer; null if the name isn't known.</summary>
    public static AvroTime? Create(string? logicalType, bool isInt) => (logicalType, isInt) switch
    {
        ("date", true) => new(isInt, TimeSpan.TicksPerDay, isTimeOfDay: false, "yyyy-MM-dd"),
        ("time-millis", true) => new(isInt, TimeSpan.TicksPerMillisecond, isTimeOfDay: true, "HH:mm:ss.fff"),
        ("time-micros", false) => new(isInt, TicksOfMicrosecond, isTimeOfDay: true, "HH:mm:ss.ffffff"),
        ("timestamp-millis", false) => new(isInt, TimeSpan.TicksPerMillisecond, isTimeOfDay: false, "yyyy-MM-ddTHH:mm:ss.fffZ"),
        ("timestamp-micros", false) => new(isInt, TicksOfMicrosecond, isTimeOfDay: false, "yyyy-MM-ddTHH:mm:ss.ffffffZ"),
        ("local-timestamp-millis", false) => new(isInt, TimeSpan.TicksPerMillisecond, isTimeOfDay: false, "yyyy-MM-ddTHH:mm:ss.fff"),
        ("local-timestamp-micros", false) => new(isInt, TicksOfMicrosecond, isTimeOfDay: false, "yyyy-MM-ddTHH:mm:ss.ffffff"),
        _ => null,
    };

    public override void Check(AvroCursor cursor)
    {
        cursor.Spend(4 * AvroCursor.ValueCost);
        if (_isInt)
        {
            cursor.ReadInt();
        }
        else
        {
            cursor.ReadLong();
        }
    }

    public override void Write(AvroCursor cursor, Utf8JsonWriter writer)
    {
        long number = cursor.ReadLong();
        if (ToText(number) is { } text)
        {
            writer.WriteStringValue(text);
        }
        else
        {
            writer.WriteNumberValue(number);
        }
    }

    public override object? Read(AvroCursor cursor)
    {
        long number = cursor.ReadLong();
        return ToText(number) is { } text ? text : number;
    }

    private string? ToText(long number) => number >= _first && number <= _last
        ? Epoch.AddTicks(number * _unit).ToString(_format, CultureInfo.InvariantCulture)
        : null;
}
