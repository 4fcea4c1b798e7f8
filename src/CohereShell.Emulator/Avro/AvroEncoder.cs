using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace CohereShell.Emulation;

/// <summary>Writes values in Avro's binary encoding.</summary>
internal sealed class AvroEncoder(Stream stream)
{
    private readonly byte[] _number = new byte[10];

    /// <summary>Writes an integer of 32 or 64 bits. Both have the same encoding: zig-zag, seven bits per byte.</summary>
    internal void WriteLong(long value)
    {
        ulong left = unchecked((ulong)((value << 1) ^ (value >> 63)));
        int count = 0;
        while (left >= 0x80)
        {
            _number[count++] = (byte)(left | 0x80);
            left >>= 7;
        }

        _number[count++] = (byte)left;
        stream.Write(_number, 0, count);
    }

    internal void WriteBoolean(bool value) => stream.WriteByte(value ? (byte)1 : (byte)0);

    internal void WriteFloat(float value)
    {
        Span<float> one = [value];
        BinaryPrimitives.WriteInt32LittleEndian(_number, MemoryMarshal.Cast<float, int>(one)[0]);
        stream.Write(_number, 0, sizeof(float));
    }

    internal void WriteDouble(double value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_number, BitConverter.DoubleToInt64Bits(value));
        stream.Write(_number, 0, sizeof(double));
    }

    internal void WriteString(string value) => WriteBytes(Encoding.UTF8.GetBytes(value));

    internal void WriteBytes(byte[] value)
    {
        WriteLong(value.Length);
        stream.Write(value, 0, value.Length);
    }
}
