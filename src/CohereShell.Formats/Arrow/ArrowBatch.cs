using System.Buffers.Binary;

namespace CohereShell.Formats;

/// <summary>A record batch: where in the file its columns are.</summary>
internal sealed class ArrowBatch
{
    private const int StructureLength = 2 * sizeof(long);

    private readonly (long Length, long Nulls)[] _nodes;
    private readonly ArrowRange[] _buffers;
    private readonly long[] _variadicCounts;

    /// <param name="table">The batch's metadata.</param>
    /// <param name="body">Where its data is in the file.</param>
    /// <param name="version">The version of the metadata.</param>
    /// <exception cref="ArrowException">The metadata is damaged, or the data is compressed.</exception>
    public ArrowBatch(FlatTable table, ArrowRange body, int version)
    {
        Body = body;
        Version = version;
        Rows = table.Int64(0);
        if (Rows < 0)
        {
            throw new ArrowException("its metadata is damaged.");
        }

        if (table.Table(3) is { } compression)
        {
            throw new ArrowException($"it's compressed ({(compression.Byte(0) == 0 ? "LZ4" : "ZSTD")}), which isn't supported. Write it uncompressed, such as df.write_ipc('new.arrow', compression='uncompressed') in polars, or df.to_feather('new.arrow', compression='uncompressed') in pandas.");
        }

        long[] nodes = Numbers(table.Structures(1, StructureLength));
        _nodes = new (long, long)[nodes.Length / 2];
        for (int index = 0; index < _nodes.Length; index++)
        {
            _nodes[index] = (nodes[2 * index], nodes[(2 * index) + 1]);
        }

        long[] buffers = Numbers(table.Structures(2, StructureLength));
        _buffers = new ArrowRange[buffers.Length / 2];
        for (int index = 0; index < _buffers.Length; index++)
        {
            _buffers[index] = body.Part(buffers[2 * index], buffers[(2 * index) + 1]);
        }

        _variadicCounts = Numbers(table.Structures(4, sizeof(long)));
    }

    /// <summary>The number of rows.</summary>
    public long Rows { get; }

    /// <summary>The data in the file.</summary>
    public ArrowRange Body { get; }

    private int Version { get; }

    /// <summary>Finds the data of some columns.</summary>
    /// <param name="fields">All columns.</param>
    /// <param name="wanted">The positions of the columns to find.</param>
    /// <exception cref="ArrowException">The metadata is damaged.</exception>
    public ArrowColumn[] Find(IReadOnlyList<ArrowField> fields, IReadOnlyList<int> wanted)
    {
        var columns = new ArrowColumn[wanted.Count];
        var cursor = new Cursor(this);
        int left = columns.Length;
        for (int index = 0; index < fields.Count && left > 0; index++)
        {
            ArrowColumn column = cursor.Next(fields[index]);
            for (int place = 0; place < columns.Length; place++)
            {
                if (wanted[place] == index)
                {
                    columns[place] = column.Length == Rows ? column : throw new ArrowException($"the column '{fields[index].Name}' has another number of rows than the others.");
                    left--;
                }
            }
        }

        return columns;
    }

    private static long[] Numbers(ReadOnlySpan<byte> bytes)
    {
        long[] numbers = new long[bytes.Length / sizeof(long)];
        for (int index = 0; index < numbers.Length; index++)
        {
            numbers[index] = BinaryPrimitives.ReadInt64LittleEndian(bytes.Slice(index * sizeof(long)));
        }

        return numbers;
    }

    private struct Cursor(ArrowBatch batch)
    {
        private int _node;
        private int _buffer;
        private int _variadicCount;

        public ArrowColumn Next(ArrowField field)
        {
            if (_node >= batch._nodes.Length)
            {
                throw new ArrowException("its metadata is damaged: columns are missing.");
            }

            (long length, long nulls) = batch._nodes[_node++];
            ArrowKind kind = field.Dictionary is null ? field.Type.Kind : ArrowKind.Int;
            int count = kind switch
            {
                ArrowKind.Null or ArrowKind.RunEndEncoded => 0,
                ArrowKind.Struct or ArrowKind.FixedSizeList => 1,
                // Old unions also have the bits for nulls.
                ArrowKind.Union => (field.Type.IsDense ? 2 : 1) + (batch.Version < 4 ? 1 : 0),
                ArrowKind.Binary or ArrowKind.Utf8 or ArrowKind.LargeBinary or ArrowKind.LargeUtf8 or ArrowKind.ListView or ArrowKind.LargeListView => 3,
                ArrowKind.BinaryView or ArrowKind.Utf8View => 2 + VariadicCount(),
                ArrowKind.None or > ArrowKind.LargeListView => throw new ArrowException($"the type of the column '{field.Name}' is unknown."),
                _ => 2,
            };
            if (count > batch._buffers.Length - _buffer)
            {
                throw new ArrowException("its metadata is damaged: data of columns is missing.");
            }

            ArrowRange[] buffers = batch._buffers.AsSpan(_buffer, count).ToArray();
            _buffer += count;
            var children = new List<ArrowColumn>();
            if (field.Dictionary is null)
            {
                foreach (ArrowField child in field.Children)
                {
                    children.Add(Next(child));
                }
            }

            return new ArrowColumn(field, length, nulls, buffers, children);
        }

        private int VariadicCount() =>
            _variadicCount < batch._variadicCounts.Length && batch._variadicCounts[_variadicCount++] is >= 0 and < int.MaxValue - 2 and var count
                ? (int)count
                : throw new ArrowException("its metadata is damaged: data of columns is missing.");
    }
}

/// <summary>A part of a file.</summary>
/// <param name="Start">The position of its first byte.</param>
/// <param name="Length">The number of bytes.</param>
internal readonly record struct ArrowRange(long Start, long Length)
{
    public long End => Start + Length;

    /// <exception cref="ArrowException">The part isn't inside.</exception>
    public ArrowRange Part(long offset, long length) => offset >= 0 && length >= 0 && offset <= Length - length
        ? new ArrowRange(Start + offset, length)
        : throw new ArrowException("its metadata is damaged: data is outside of the file.");
}

/// <summary>The data of a column in a record batch.</summary>
internal sealed record ArrowColumn(ArrowField Field, long Length, long Nulls, IReadOnlyList<ArrowRange> Buffers, IReadOnlyList<ArrowColumn> Children);
