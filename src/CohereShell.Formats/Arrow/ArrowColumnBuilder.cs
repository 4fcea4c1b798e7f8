using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace CohereShell.Formats;

/// <summary>Collects the values of a column until a record batch is written.</summary>
internal sealed class ArrowColumnBuilder
{
    private readonly ArrowKind _kind;
    private readonly int _width;
    private readonly ByteBuffer _valid = new();
    private readonly ByteBuffer _offsets = new();
    private readonly ByteBuffer _data = new();
    private int _count;
    private int _nulls;

    public ArrowColumnBuilder(ArrowField field)
    {
        Field = field;
        _kind = field.Type.Kind;
        _width = _kind switch
        {
            ArrowKind.FixedSizeList => checked(field.Type.ListSize * field.Children[0].Type.Bits / 8),
            ArrowKind.Int or ArrowKind.FloatingPoint or ArrowKind.Timestamp => sizeof(long),
            _ => 0,
        };
        Clear();
    }

    public ArrowField Field { get; }

    /// <summary>The size of what was collected in bytes.</summary>
    public long Size => (long)_offsets.Count + _data.Count;

    public void AddNull()
    {
        Begin();
        _nulls++;
        if (_kind == ArrowKind.Utf8)
        {
            _offsets.Add(_data.Count);
        }
        else if (_kind != ArrowKind.Bool)
        {
            _data.AddZeros(_width);
        }
    }

    public void Add(string? text)
    {
        if (text is null)
        {
            AddNull();
            return;
        }

        // Before the row is counted: the text may be too long.
        _data.Add(text);
        BeginValid();
        _offsets.Add(_data.Count);
    }

    public void Add(ReadOnlySpan<byte> utf8)
    {
        _data.Add(utf8);
        BeginValid();
        _offsets.Add(_data.Count);
    }

    public void Add(long number)
    {
        BeginValid();
        _data.Add(number);
    }

    public void Add(bool value)
    {
        BeginValid();
        if (value)
        {
            _data.SetBit((_count - 1) & 7);
        }
    }

    public void Add(float[]? numbers)
    {
        if (numbers is null)
        {
            AddNull();
            return;
        }

        BeginValid();
        _data.Add(numbers);
    }

    public void Add<T>(T[]? numbers)
        where T : unmanaged
    {
        if (numbers is null)
        {
            AddNull();
            return;
        }

        BeginValid();
        _data.Add(MemoryMarshal.AsBytes(numbers.AsSpan()));
    }

    /// <summary>The column for the library, which is valid until the next change.</summary>
    public ArrayData ToLibrary(IArrowType type)
    {
        ArrowBuffer valid = _nulls == 0 ? ArrowBuffer.Empty : Padded(_valid);
        return _kind switch
        {
            ArrowKind.Utf8 => new ArrayData(type, _count, _nulls, 0, [valid, Padded(_offsets), Padded(_data)]),
            ArrowKind.FixedSizeList => new ArrayData(type, _count, _nulls, 0, [valid], [new ArrayData(((FixedSizeListType)type).ValueDataType, _count * Field.Type.ListSize, 0, 0, [ArrowBuffer.Empty, Padded(_data)])]),
            _ => new ArrayData(type, _count, _nulls, 0, [valid, Padded(_data)]),
        };
    }

    /// <summary>Starts with the next batch.</summary>
    public void Clear()
    {
        _count = 0;
        _nulls = 0;
        _valid.Clear();
        _data.Clear();
        _offsets.Clear();
        if (_kind == ArrowKind.Utf8)
        {
            _offsets.Add(0);
        }
    }

    private void BeginValid()
    {
        Begin();
        _valid.SetBit((_count - 1) & 7);
    }

    private void Begin()
    {
        if ((_count & 7) == 0)
        {
            _valid.Add((byte)0);
            if (_kind == ArrowKind.Bool)
            {
                _data.Add((byte)0);
            }
        }

        _count++;
    }

    // The library writes buffers one after the other. With this, each of them starts at a multiple of 64 bytes in the batch.
    private static ArrowBuffer Padded(ByteBuffer bytes)
    {
        bytes.AddZeros(ArrowWriter.Padding(bytes.Count));
        return new ArrowBuffer(bytes.Bytes);
    }
}
