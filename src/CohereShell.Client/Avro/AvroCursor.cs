using System.Buffers.Binary;
#if NET
using System.Text.Unicode;
#else
using System.Runtime.InteropServices;
using System.Text;
#endif

namespace CohereShell;

/// <summary>A place in the rows of a block, and what is left of the limits there.</summary>
internal sealed class AvroCursor(AvroLimits limits)
{
    /// <summary>About what a value takes as JSON, with the comma; a value without a byte must not be free.</summary>
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

    /// <summary>The place in the block.</summary>
    public int Position { get; set; }

    public int Remaining => _end - Position;

    /// <summary>Goes to the beginning of a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="number">Its number, from 1.</param>
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

    /// <summary>Says that a row begins here.</summary>
    public void BeginRow()
    {
        _row++;
        _depth = 0;
        // What the row before has left over goes back.
        _blockBudget += _budget;
        _budget = Math.Min(_blockBudget, _limits.RowLength);
        _blockBudget -= _budget;
    }

    /// <summary>Takes from what the row may become as JSON.</summary>
    public void Spend(long cost)
    {
        if (cost > _budget)
        {
            throw Fail(FormattableString.Invariant($"the row would become longer than {_limits.RowLength} bytes, or those of the block far longer than its bytes account for"));
        }

        _budget -= cost;
    }

    /// <summary>Goes into a record, an array or a map.</summary>
    public void Enter()
    {
        if (++_depth > _limits.Depth)
        {
            throw Fail(FormattableString.Invariant($"more than {_limits.Depth} records, arrays and maps stand in one another"));
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
            : throw Fail(FormattableString.Invariant($"{number} is no number of 32 bits"));
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

    /// <summary>The number of a branch or a symbol.</summary>
    public int ReadIndex(int count)
    {
        long index = ReadLong();
        return index >= 0 && index < count
            ? (int)index
            : throw Fail(FormattableString.Invariant($"{index} is to be one of {count} that the schema has, counted from 0"));
    }

    /// <summary>Bytes with their length before them.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        long length = ReadLong();
        return length >= 0 && length <= Remaining
            ? Take((int)length)
            : throw Fail(FormattableString.Invariant($"something is to be {length} bytes long, and the block has {Remaining} left"));
    }

    /// <summary>As <see cref="ReadBytes"/>, and UTF-8.</summary>
    public ReadOnlySpan<byte> ReadText()
    {
        ReadOnlySpan<byte> text = ReadBytes();
        return IsUtf8(_bytes, Position - text.Length, text.Length) ? text : throw Fail("a text is no UTF-8");
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

    /// <summary>How many items the next part of an array or a map has; 0 when none is left.</summary>
    public long ReadCount()
    {
        long count = ReadLong();
        if (count < 0)
        {
            // Behind a negative count stands the length of the part, for those who want to skip it.
            ReadLong();
            count = unchecked(-count);
        }

        // long.MinValue has no positive counterpart.
        return count >= 0 ? count : throw Fail("a list has more items than can be counted");
    }

    /// <summary>As <see cref="ReadCount"/>, with every item paid for before one of them is read.</summary>
    public long ReadAndSpendCount()
    {
        long count = ReadCount();
        Spend(count > long.MaxValue / ValueCost ? long.MaxValue : count * ValueCost);
        return count;
    }

    public AvroException Fail(string what) => new(
        FormattableString.Invariant($"The Avro file cannot be read in block {_block}, which begins at byte {_blockStart}, row {_row} of the block, byte {Position} of its data: {what}."),
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
