using System.Buffers.Binary;

namespace CohereShell.Formats;

/// <summary>
/// The values of a column in some rows of a batch. Only these rows are read, so that a batch can have any size.
/// </summary>
internal abstract class ArrowValues(ArrowFile file, ArrowField field)
{
    private byte[] _bits = [];
    private long _firstBit;
    private bool _hasBits;

    public ArrowField Field { get; } = field;

    protected ArrowFile File { get; } = file;

    /// <summary>The number of rows that are loaded.</summary>
    protected int Count { get; private set; }

    /// <summary>Returns the reader for a column of single values; null if its type isn't supported.</summary>
    public static ArrowValues? Create(ArrowFile file, ArrowField field) =>
        ArrowTexts.Supports(field) ? new ArrowTexts(file, field)
        : ArrowNumbers.Supports(field) ? new ArrowNumbers(file, field)
        : null;

    /// <summary>Reads rows.</summary>
    /// <exception cref="ArrowException">The data is damaged.</exception>
    public void Load(ArrowColumn column, long first, int count)
    {
        Count = count;
        _hasBits = column is { Nulls: not 0, Buffers.Count: > 0 } && column.Buffers[0].Length > 0;
        if (_hasBits)
        {
            _firstBit = first & 7;
            Read(column.Buffers[0], first >> 3, (int)((_firstBit + count + 7) >> 3), ref _bits);
        }

        LoadValues(column, first, count);
    }

    public bool IsNull(int row) => _hasBits && (_bits[(int)((_firstBit + row) >> 3)] & (1 << (int)((_firstBit + row) & 7))) == 0;

    /// <summary>Writes a value as JSON.</summary>
    /// <exception cref="ArrowException">The data is damaged.</exception>
    public abstract void WriteTo(Utf8JsonWriter json, int row);

    protected abstract void LoadValues(ArrowColumn column, long first, int count);

    /// <summary>Reads bytes of a buffer into an array that is reused.</summary>
    /// <exception cref="ArrowException">The buffer is smaller.</exception>
    protected void Read(ArrowRange buffer, long offset, long count, ref byte[] bytes)
    {
        ArrowRange part = buffer.Part(offset, count);
        if (part.Length > int.MaxValue - 64)
        {
            throw new ArrowException("it has values that are too large.");
        }

        if (bytes.Length < part.Length)
        {
            bytes = new byte[Math.Max(part.Length, Math.Min(2L * bytes.Length, int.MaxValue - 64))];
        }

        File.ReadExactly(part.Start, bytes, (int)part.Length);
    }

    /// <summary>Reads where the values of rows with different lengths are, and checks it.</summary>
    protected long[] ReadOffsets(ArrowRange buffer, bool isLarge, long first, int count, ref byte[] bytes)
    {
        int size = isLarge ? sizeof(long) : sizeof(int);
        if (count == 0)
        {
            return [0];
        }

        Read(buffer, checked(first * size), (count + 1L) * size, ref bytes);
        long[] offsets = new long[count + 1];
        for (int index = 0; index < offsets.Length; index++)
        {
            ReadOnlySpan<byte> offset = bytes.AsSpan(index * size, size);
            offsets[index] = isLarge ? BinaryPrimitives.ReadInt64LittleEndian(offset) : BinaryPrimitives.ReadInt32LittleEndian(offset);
            if (offsets[index] < (index == 0 ? 0 : offsets[index - 1]))
            {
                throw new ArrowException($"the lengths in the column '{Field.Name}' are wrong.");
            }
        }

        return offsets;
    }
}
