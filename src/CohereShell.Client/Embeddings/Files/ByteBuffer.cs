using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace CohereShell;

/// <summary>Collects bytes before they are written.</summary>
internal sealed class ByteBuffer
{
    private byte[] _bytes = [];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Add(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Next(bytes.Length));

    public void Add(byte number) => Next(1)[0] = number;

    public void Add(ushort number) => BinaryPrimitives.WriteUInt16LittleEndian(Next(sizeof(ushort)), number);

    public void Add(int number) => BinaryPrimitives.WriteInt32LittleEndian(Next(sizeof(int)), number);

    public void Add(uint number) => BinaryPrimitives.WriteUInt32LittleEndian(Next(sizeof(uint)), number);

    public void Add(long number) => BinaryPrimitives.WriteInt64LittleEndian(Next(sizeof(long)), number);

    public void Add(float[] numbers)
    {
        Span<byte> bytes = Next(checked(numbers.Length * sizeof(float)));
        MemoryMarshal.AsBytes(numbers.AsSpan()).CopyTo(bytes);
        LittleEndian.Normalize(MemoryMarshal.Cast<byte, float>(bytes));
    }

    /// <summary>Adds the UTF-8 length of the text and the text; -1 for null.</summary>
    public void AddText(string? text)
    {
        if (text is null)
        {
            Add(-1);
            return;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Add(bytes.Length);
        Add(bytes);
    }

    public void WriteTo(Stream stream) => stream.Write(_bytes, 0, Count);

    private Span<byte> Next(int length)
    {
        int count = checked(Count + length);
        if (count > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max(count, 2L * _bytes.Length), 0x7fff_ffc7));
        }

        Span<byte> next = _bytes.AsSpan(Count, length);
        Count = count;
        return next;
    }
}
