namespace CohereShell.Formats;

/// <summary>The kinds of types, with their numbers in a file.</summary>
internal enum ArrowKind : byte
{
    None = 0,
    Null = 1,
    Int = 2,
    FloatingPoint = 3,
    Binary = 4,
    Utf8 = 5,
    Bool = 6,
    Decimal = 7,
    Date = 8,
    Time = 9,
    Timestamp = 10,
    Interval = 11,
    List = 12,
    Struct = 13,
    Union = 14,
    FixedSizeBinary = 15,
    FixedSizeList = 16,
    Map = 17,
    Duration = 18,
    LargeBinary = 19,
    LargeUtf8 = 20,
    LargeList = 21,
    RunEndEncoded = 22,
    BinaryView = 23,
    Utf8View = 24,
    ListView = 25,
    LargeListView = 26,
}

/// <summary>The type of a column.</summary>
/// <param name="Kind">Its kind.</param>
internal sealed record ArrowType(ArrowKind Kind)
{
    /// <summary>The size of a number in bits.</summary>
    public int Bits { get; init; }

    public bool IsSigned { get; init; }

    /// <summary>The unit of a time: 0 s, 3 ms, 6 µs, 9 ns. A date in days has -1.</summary>
    public int Digits { get; init; }

    /// <summary>The time zone; null for a time without one.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The number of elements in a list of fixed size.</summary>
    public int ListSize { get; init; }

    /// <summary>Whether a union is dense.</summary>
    public bool IsDense { get; init; }

    public static ArrowType Utf8 { get; } = new(ArrowKind.Utf8);

    public static ArrowType Bool { get; } = new(ArrowKind.Bool);

    public static ArrowType Int64 { get; } = new(ArrowKind.Int) { Bits = 64, IsSigned = true };

    public static ArrowType Int8 { get; } = new(ArrowKind.Int) { Bits = 8, IsSigned = true };

    public static ArrowType Uint8 { get; } = new(ArrowKind.Int) { Bits = 8 };

    public static ArrowType Float { get; } = new(ArrowKind.FloatingPoint) { Bits = 32 };

    public static ArrowType Double { get; } = new(ArrowKind.FloatingPoint) { Bits = 64 };

    /// <summary>A moment in nanoseconds since 1970.</summary>
    public static ArrowType Timestamp { get; } = new(ArrowKind.Timestamp) { Digits = 9, TimeZone = "UTC" };

    /// <summary>The name, for an error.</summary>
    public override string ToString() => Kind switch
    {
        ArrowKind.Int => FormattableString.Invariant($"{(IsSigned ? "int" : "uint")}{Bits}"),
        ArrowKind.FloatingPoint => FormattableString.Invariant($"float{Bits}"),
        _ => JsonNamingPolicy.SnakeCaseLower.ConvertName(Kind.ToString()),
    };

    public static ArrowType Read(ArrowKind kind, FlatTable? table) => (kind, table) switch
    {
        (ArrowKind.Int, { } type) => new(kind) { Bits = type.Int32(0), IsSigned = type.Bool(1) },
        (ArrowKind.FloatingPoint, { } type) => new(kind) { Bits = 16 << (type.Int16(0) & 3) },
        (ArrowKind.Date, { } type) => new(kind) { Digits = type.Int16(0, 1) == 0 ? -1 : 3 },
        (ArrowKind.Timestamp, { } type) => new(kind) { Digits = 3 * (type.Int16(0) & 3), TimeZone = type.Text(1) },
        (ArrowKind.FixedSizeList, { } type) => new(kind) { ListSize = type.Int32(0) },
        (ArrowKind.Union, { } type) => new(kind) { IsDense = type.Int16(0) == 1 },
        _ => new(kind),
    };
}
