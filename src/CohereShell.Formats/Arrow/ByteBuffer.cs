using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace CohereShell.Formats;

/// <summary>Collects bytes before they are written. Numbers are little-endian.</summary>
internal sealed class ByteBuffer
{
    private byte[] _bytes = [];

    public int Count { get; private set; }

    /// <summary>The bytes. They're valid until the next change.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, Count);

    public void Clear() => Count = 0;

    public void Add(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Next(bytes.Length));

    public void Add(byte number) => Next(1)[0] = number;

    public void Add(int number) => BinaryPrimitives.WriteInt32LittleEndian(Next(sizeof(int)), number);

    public void Add(long number) => BinaryPrimitives.WriteInt64LittleEndian(Next(sizeof(long)), number);

    public void Add(float[] numbers)
    {
        Span<byte> bytes = Next(checked(numbers.Length * sizeof(float)));
        MemoryMarshal.AsBytes(numbers.AsSpan()).CopyTo(bytes);
        LittleEndian.Normalize(MemoryMarshal.Cast<byte, float>(bytes));
    }

    /// <summary>Adds a text in UTF-8.</summary>
    public void Add(string text)
    {
        // At most three bytes for each character, so that the text is encoded only once.
        Reserve(checked(text.Length * 3));
        Count += Encoding.UTF8.GetBytes(text, 0, text.Length, _bytes, Count);
    }

    /// <summary>Adds zeros.</summary>
    public void AddZeros(int count) => Next(count).Clear();

    /// <summary>Sets a bit in the last byte.</summary>
    public void SetBit(int bit) => _bytes[Count - 1] |= (byte)(1 << bit);

    public void WriteTo(Stream stream) => stream.Write(_bytes, 0, Count);

    private Span<byte> Next(int length)
    {
        Reserve(length);
        Span<byte> next = _bytes.AsSpan(Count, length);
        Count += length;
        return next;
    }

    private void Reserve(int length)
    {
        int count = checked(Count + length);
        if (count > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max(count, 2L * _bytes.Length), 0x7fff_ffc7));
        }
    }
}
