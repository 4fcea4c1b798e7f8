using System.Buffers.Binary;
using System.Globalization;

namespace CohereShell.Formats;

/// <summary>Reads a column of numbers, truth values, dates or times.</summary>
internal sealed class ArrowNumbers(ArrowFile file, ArrowField field) : ArrowValues(file, field)
{
    private const long TicksPerDay = TimeSpan.TicksPerDay;
    private static readonly DateTime Epoch = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly int _bits = BitsOf(field.Type);
    private byte[] _bytes = [];
    private int _firstBit;

    public static bool Supports(ArrowField field) => field.Dictionary is null && BitsOf(field.Type) > 0;

    /// <summary>The integer in a row; null if there isn't one.</summary>
    public long? Integer(int row)
    {
        if (IsNull(row))
        {
            return null;
        }

        ReadOnlySpan<byte> bytes = Bytes(row);
        return (_bits, Field.Type.IsSigned) switch
        {
            (8, true) => (sbyte)bytes[0],
            (8, false) => bytes[0],
            (16, true) => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            (16, false) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            (32, true) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            (32, false) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            _ => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        };
    }

    public override void WriteTo(Utf8JsonWriter json, int row)
    {
        if (IsNull(row))
        {
            json.WriteNullValue();
            return;
        }

        switch (Field.Type.Kind)
        {
            case ArrowKind.Bool:
                json.WriteBooleanValue((_bytes[(_firstBit + row) >> 3] & (1 << ((_firstBit + row) & 7))) != 0);
                break;
            case ArrowKind.Int when Field.Type is { Bits: 64, IsSigned: false }:
                json.WriteNumberValue((ulong)Integer(row)!.Value);
                break;
            case ArrowKind.Int:
                json.WriteNumberValue(Integer(row)!.Value);
                break;
            case ArrowKind.FloatingPoint:
                WriteFraction(json, Bytes(row));
                break;
            default:
                WriteTime(json, Field.Type, BinaryTime(row));
                break;
        }
    }

    /// <summary>The text of a time, as PowerShell and JSON write it; null if .NET has no such time.</summary>
    public static string? TextOf(ArrowType type, long time)
    {
        if (type.Kind == ArrowKind.Date && type.Digits < 0)
        {
            return time is > -719163 and < 2932897 ? Epoch.AddTicks(time * TicksPerDay).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null;
        }

        long perTick = type.Digits switch
        {
            0 => TimeSpan.TicksPerSecond,
            3 => TimeSpan.TicksPerMillisecond,
            6 => 10,
            _ => 0,
        };
        long ticks;
        try
        {
            ticks = checked((perTick == 0 ? (time >= 0 ? time : time - 99) / 100 : time * perTick) + Epoch.Ticks);
        }
        catch (OverflowException)
        {
            return null;
        }

        return ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks
            ? null
            : new DateTime(ticks, type.TimeZone is null ? DateTimeKind.Unspecified : DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture);
    }

    protected override void LoadValues(ArrowColumn column, long first, int count)
    {
        if (_bits == 1)
        {
            _firstBit = (int)(first & 7);
            Read(column.Buffers[1], first >> 3, (_firstBit + count + 7L) >> 3, ref _bytes);
            return;
        }

        int size = _bits / 8;
        Read(column.Buffers[1], checked(first * size), (long)count * size, ref _bytes);
    }

    private static int BitsOf(ArrowType type) => type switch
    {
        { Kind: ArrowKind.Bool } => 1,
        { Kind: ArrowKind.Int, Bits: 8 or 16 or 32 or 64 } => type.Bits,
        { Kind: ArrowKind.FloatingPoint, Bits: 16 or 32 or 64 } => type.Bits,
        { Kind: ArrowKind.Date, Digits: < 0 } => 32,
        { Kind: ArrowKind.Date or ArrowKind.Timestamp } => 64,
        _ => 0,
    };

    private ReadOnlySpan<byte> Bytes(int row) => _bytes.AsSpan(row * (_bits / 8), _bits / 8);

    private long BinaryTime(int row) => _bits == 32 ? BinaryPrimitives.ReadInt32LittleEndian(Bytes(row)) : BinaryPrimitives.ReadInt64LittleEndian(Bytes(row));

    private static void WriteTime(Utf8JsonWriter json, ArrowType type, long time)
    {
        if (TextOf(type, time) is { } text)
        {
            json.WriteStringValue(text);
        }
        else
        {
            json.WriteNumberValue(time);
        }
    }

    private void WriteFraction(Utf8JsonWriter json, ReadOnlySpan<byte> bytes)
    {
        double number = _bits switch
        {
            16 => HalfFloat.ToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
            32 => HalfFloat.SingleFromBits(BinaryPrimitives.ReadInt32LittleEndian(bytes)),
            _ => BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(bytes)),
        };
        if (double.IsNaN(number) || double.IsInfinity(number))
        {
            // JSON has neither.
            json.WriteNullValue();
        }
        else
        {
            json.WriteNumberValue(number);
        }
    }
}
