using System.Buffers.Binary;
#if NET
using System.Text.Unicode;
#else
using System.Runtime.InteropServices;
using System.Text;
#endif

namespace CohereShell;

/// <summary>A position in the rows of a block, and the rest of the limits there.</summary>
internal sealed class AvroCursor(AvroLimits limits)
{
    /// <summary>
    /// The approximate length of a value in JSON, with the comma. Even a value without bytes must cost something.
    /// </summary>
    public const int ValueCost = 8;

#if !NET
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
#endif
    private readonly AvroLimits _limits = limits;
    private byte[] _bytes = [];
    private int _end;
    private long _block;
    private long _blockStart;
    private long _row;
    private long _blockBudget;
    private long _budget;
    private int _depth;

    /// <summary>The position in the block.</summary>
    public int Position { get; set; }

    public int Remaining => _end - Position;

    /// <summary>Moves to the start of a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="number">The number of the block, from 1.</param>
    public void Begin(AvroBlockReader block, long number)
    {
        _bytes = block.Body;
        _end = block.Length;
        _block = number;
        _blockStart = block.Start;
        _row = 0;
        _budget = 0;
        _blockBudget = _limits.BlockBudget(block.Length);
        Position = 0;
    }

    /// <summary>Starts a row.</summary>
    public void BeginRow()
    {
        _row++;
        _depth = 0;
        // Returns what the previous row didn't use.
        _blockBudget += _budget;
        _budget = Math.Min(_blockBudget, _limits.RowLength);
        _blockBudget -= _budget;
    }

    /// <summary>Deducts from the allowed length of the row's JSON.</summary>
    public void Spend(long cost)
    {
        if (cost > _budget)
        {
            throw Fail(FormattableString.Invariant($"the row's JSON would be longer than {_limits.RowLength} bytes, or the rows of the block would be too long for the size of the block"));
        }

        _budget -= cost;
    }

    /// <summary>Enters a record, an array or a map.</summary>
    public void Enter()
    {
        if (++_depth > _limits.Depth)
        {
            throw Fail(FormattableString.Invariant($"more than {_limits.Depth} records, arrays and maps are nested"));
        }
    }

    public void Leave() => _depth--;

    public byte ReadByte() => Position < _end ? _bytes[Position++] : throw CutOff();

    public long ReadLong()
    {
        ulong number = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = ReadByte();
            number |= (ulong)(next & 127) << shift;
            if (next < 128)
            {
                if (shift == 63 && next > 1)
                {
                    break;
                }

                return (long)(number >> 1) ^ -(long)(number & 1);
            }
        }

        throw Fail("a number has more than 64 bits");
    }

    public int ReadInt()
    {
        long number = ReadLong();
        return number is >= int.MinValue and <= int.MaxValue
            ? (int)number
            : throw Fail(FormattableString.Invariant($"{number} isn't a 32-bit number"));
    }

    public float ReadFloat()
    {
        uint bits = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(float)));
#if NET
        return BitConverter.UInt32BitsToSingle(bits);
#else
        Span<uint> one = stackalloc uint[] { bits };
        return MemoryMarshal.Cast<uint, float>(one)[0];
#endif
    }

    public double ReadDouble() => BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(double))));

    /// <summary>Reads the index of a branch or a symbol.</summary>
    public int ReadIndex(int count)
    {
        long index = ReadLong();
        return index >= 0 && index < count
            ? (int)index
            : throw Fail(FormattableString.Invariant($"the index {index} is out of range: the number of entries in the schema is {count}"));
    }

    /// <summary>Reads bytes with their length before them.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        long length = ReadLong();
        return length >= 0 && length <= Remaining
            ? Take((int)length)
            : throw Fail(FormattableString.Invariant($"a value has a length of {length} bytes, but the block has only {Remaining} left"));
    }

    /// <summary>Reads bytes as <see cref="ReadBytes"/> does, and checks that they are UTF-8.</summary>
    public ReadOnlySpan<byte> ReadText()
    {
        ReadOnlySpan<byte> text = ReadBytes();
        return IsUtf8(_bytes, Position - text.Length, text.Length) ? text : throw Fail("a string isn't valid UTF-8");
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if (length > Remaining)
        {
            throw CutOff();
        }

        ReadOnlySpan<byte> bytes = _bytes.AsSpan(Position, length);
        Position += length;
        return bytes;
    }

    /// <summary>Reads the number of items in the next part of an array or a map; 0 at the end.</summary>
    public long ReadCount()
    {
        long count = ReadLong();
        if (count < 0)
        {
            // After a negative count comes the length of the part, for readers that want to skip it.
            ReadLong();
            count = unchecked(-count);
        }

        // long.MinValue doesn't have a positive counterpart.
        return count >= 0 ? count : throw Fail("a list has too many items");
    }

    /// <summary>Reads a count as <see cref="ReadCount"/> does, and deducts the cost of all items before one is read.</summary>
    public long ReadAndSpendCount()
    {
        long count = ReadCount();
        Spend(count > long.MaxValue / ValueCost ? long.MaxValue : count * ValueCost);
        return count;
    }

    public AvroException Fail(string what) => new(
        FormattableString.Invariant($"The Avro file can't be read in block {_block}, which starts at byte {_blockStart}, row {_row} of the block, byte {Position} of its data: {what}."),
        _block,
        _blockStart);

    private AvroException CutOff() => Fail("the block ends in the middle of a row");

    private static bool IsUtf8(byte[] bytes, int start, int length)
    {
#if NET
        return Utf8.IsValid(bytes.AsSpan(start, length));
#else
        try
        {
            Strict.GetCharCount(bytes, start, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
#endif
    }
}
