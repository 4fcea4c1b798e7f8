using System.Buffers.Binary;
using System.Text;

namespace CohereShell.Formats;

/// <summary>
/// A table in FlatBuffers, the encoding of Arrow's metadata. Every position is checked, because the file may be damaged. See
/// <see href="https://flatbuffers.dev/internals/"/>.
/// </summary>
internal readonly struct FlatTable
{
    private readonly Source _source;
    private readonly byte[] _bytes;
    private readonly int _position;
    private readonly int _fields;
    private readonly int _fieldsLength;

    /// <exception cref="ArrowException">The bytes don't contain a table at the position.</exception>
    private FlatTable(Source source, long position)
    {
        byte[] bytes = source.Bytes;
        source.Take(sizeof(int));
        _source = source;
        _bytes = bytes;
        _position = Checked(bytes, position, sizeof(int));
        _fields = Checked(bytes, position - BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(_position)), 2 * sizeof(ushort));
        _fieldsLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(_fields));
        Checked(bytes, _fields, _fieldsLength);
    }

    /// <summary>Where the table is in the bytes.</summary>
    public int Position => _position;

    /// <summary>The table that the bytes start with.</summary>
    /// <exception cref="ArrowException">They don't.</exception>
    public static FlatTable Root(byte[] bytes)
    {
        Checked(bytes, 0, sizeof(uint));
        return new FlatTable(new Source(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes));
    }

    public byte Byte(int field, byte otherwise = 0) => Find(field, sizeof(byte)) is { } position ? _bytes[position] : otherwise;

    public bool Bool(int field) => Byte(field) != 0;

    public short Int16(int field, short otherwise = 0) => Find(field, sizeof(short)) is { } position ? BinaryPrimitives.ReadInt16LittleEndian(_bytes.AsSpan(position)) : otherwise;

    public int Int32(int field) => Find(field, sizeof(int)) is { } position ? BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(position)) : 0;

    public long Int64(int field) => Find(field, sizeof(long)) is { } position ? BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(position)) : 0;

    public FlatTable? Table(int field) => Target(field) is { } target ? new FlatTable(_source, target) : null;

    public string? Text(int field)
    {
        if (Target(field) is not { } target)
        {
            return null;
        }

        int length = Length(target);
        _source.Take(length);
        return Encoding.UTF8.GetString(_bytes, Checked(_bytes, target + sizeof(int), length), length);
    }

    /// <summary>A vector of structures without padding between them.</summary>
    public ReadOnlySpan<byte> Structures(int field, int size)
    {
        if (Target(field) is not { } target)
        {
            return default;
        }

        long length = (long)Length(target) * size;
        int start = Checked(_bytes, target + sizeof(int), length);
        return _bytes.AsSpan(start, (int)length);
    }

    /// <summary>A vector of tables.</summary>
    public IEnumerable<FlatTable> Tables(int field)
    {
        if (Target(field) is not { } target)
        {
            yield break;
        }

        int count = Length(target);
        Checked(_bytes, target + sizeof(int), (long)count * sizeof(int));
        for (int index = 0; index < count; index++)
        {
            long slot = target + sizeof(int) + ((long)index * sizeof(int));
            yield return new FlatTable(_source, slot + BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan((int)slot)));
        }
    }

    private int Length(long position)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(Checked(_bytes, position, sizeof(int))));
        return length >= 0 ? length : throw Damaged();
    }

    private long? Target(int field) => Find(field, sizeof(uint)) is { } position
        ? position + (long)BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(position))
        : null;

    private int? Find(int field, int size)
    {
        int slot = (2 + field) * sizeof(ushort);
        if (slot + sizeof(ushort) > _fieldsLength)
        {
            return null;
        }

        int offset = BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(_fields + slot));
        return offset == 0 ? null : Checked(_bytes, (long)_position + offset, size);
    }

    private static int Checked(byte[] bytes, long position, long length) =>
        position >= 0 && length >= 0 && position <= bytes.Length - length ? (int)position : throw Damaged();

    private static ArrowException Damaged() => new("its metadata is damaged.");

    /// <summary>
    /// The bytes of all tables. Several references can lead to the same place, and a damaged file could use that to make a
    /// reader busy forever, so that what is read is limited.
    /// </summary>
    private sealed class Source(byte[] bytes)
    {
        private long _left = 1024 + (16L * bytes.Length);

        public byte[] Bytes { get; } = bytes;

        public void Take(int count)
        {
            _left -= count;
            if (_left < 0)
            {
                throw Damaged();
            }
        }
    }
}
