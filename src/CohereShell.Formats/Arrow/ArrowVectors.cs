using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CohereShell.Formats;

/// <summary>Reads a column of vectors: lists of fixed or of different size.</summary>
internal sealed class ArrowVectors(ArrowFile file, ArrowField field) : ArrowValues(file, field)
{
    private readonly int _size = field.Children[0].Type.Bits / 8;
    private byte[] _offsetBytes = [];
    private byte[] _data = [];
    private byte[] _childBits = [];
    private long _firstChildBit;
    private bool _hasChildBits;
    private long[]? _offsets;

    /// <summary>The type of the numbers.</summary>
    public ArrowType Element => Field.Children[0].Type;

    public static bool Supports(ArrowField field) =>
        field is { Dictionary: null, Type.Kind: ArrowKind.FixedSizeList or ArrowKind.List or ArrowKind.LargeList, Children.Count: 1 }
        && (field.Type.Kind != ArrowKind.FixedSizeList || field.Type.ListSize > 0)
        && field.Children[0] is { Dictionary: null }
        && field.Children[0].Type is { Kind: ArrowKind.FloatingPoint, Bits: 16 or 32 or 64 } or { Kind: ArrowKind.Int, Bits: 8 };

    /// <summary>Where the numbers of rows are in the file, for lists of fixed size.</summary>
    /// <exception cref="ArrowException">The data is damaged.</exception>
    public static ArrowRange Find(ArrowColumn column, long first, long count)
    {
        long length = checked((long)column.Field.Type.ListSize * column.Children[0].Field.Type.Bits / 8);
        return column.Children[0].Buffers[1].Part(checked(first * length), checked(count * length));
    }

    /// <summary>The bytes of the numbers in a row; empty if there isn't a vector.</summary>
    /// <exception cref="ArrowException">A number is missing.</exception>
    public ReadOnlySpan<byte> Bytes(int row)
    {
        if (IsNull(row))
        {
            return default;
        }

        long first = _offsets is null ? (long)row * Field.Type.ListSize : _offsets[row] - _offsets[0];
        int count = _offsets is null ? Field.Type.ListSize : (int)(_offsets[row + 1] - _offsets[row]);
        if (_hasChildBits)
        {
            for (long bit = _firstChildBit + first; bit < _firstChildBit + first + count; bit++)
            {
                if ((_childBits[(int)(bit >> 3)] & (1 << (int)(bit & 7))) == 0)
                {
                    throw new ArrowException($"a number in the column '{Field.Name}' is missing.");
                }
            }
        }

        return _data.AsSpan((int)(first * _size), count * _size);
    }

    /// <summary>The numbers in a row as 32-bit floating point; null if there isn't a vector.</summary>
    public float[]? Floats(int row)
    {
        ReadOnlySpan<byte> bytes = Bytes(row);
        if (bytes.IsEmpty)
        {
            return null;
        }

        float[] numbers = Uninitialized.Array<float>(bytes.Length / _size);
        if (_size == sizeof(float))
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(numbers.AsSpan()));
            LittleEndian.Normalize(numbers);
            return numbers;
        }

        for (int index = 0; index < numbers.Length; index++)
        {
            ReadOnlySpan<byte> number = bytes.Slice(index * _size);
            numbers[index] = _size == sizeof(ushort)
                ? HalfFloat.ToSingle(BinaryPrimitives.ReadUInt16LittleEndian(number))
                : (float)BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(number));
        }

        return numbers;
    }

    public T[]? Integers<T>(int row)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = Bytes(row);
        return bytes.IsEmpty ? null : MemoryMarshal.Cast<byte, T>(bytes).ToArray();
    }

    public override void WriteTo(Utf8JsonWriter json, int row) => throw new NotSupportedException();

    protected override void LoadValues(ArrowColumn column, long first, int count)
    {
        ArrowColumn child = column.Children[0];
        long firstNumber = 0;
        long numbers;
        _offsets = null;
        if (Field.Type.Kind == ArrowKind.FixedSizeList)
        {
            firstNumber = checked(first * Field.Type.ListSize);
            numbers = (long)count * Field.Type.ListSize;
        }
        else
        {
            _offsets = ReadOffsets(column.Buffers[1], Field.Type.Kind == ArrowKind.LargeList, first, count, ref _offsetBytes);
            firstNumber = _offsets[0];
            numbers = _offsets[count] - firstNumber;
        }

        Read(child.Buffers[1], checked(firstNumber * _size), checked(numbers * _size), ref _data);
        _hasChildBits = child.Nulls != 0 && child.Buffers[0].Length > 0;
        if (_hasChildBits)
        {
            _firstChildBit = firstNumber & 7;
            Read(child.Buffers[0], firstNumber >> 3, (_firstChildBit + numbers + 7) >> 3, ref _childBits);
        }
    }
}
