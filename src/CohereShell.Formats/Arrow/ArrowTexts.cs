using System.Buffers.Binary;
using System.Text;

namespace CohereShell.Formats;

/// <summary>Reads a column of texts: in place, as views, or by their number in a dictionary.</summary>
internal sealed class ArrowTexts(ArrowFile file, ArrowField field) : ArrowValues(file, field)
{
    // Rows of a dictionary that are read at once.
    private const int WindowLength = 4096;
    private const int ViewLength = 16;
    private const int LongestInView = 12;

    private byte[] _bytes = [];
    private byte[] _data = [];
    private long[] _offsets = [];
    private ArrowRange[] _viewed = [];
    private ArrowNumbers? _numbers;
    private List<string?>? _dictionary;
    private int _dictionaryBatches;

    public static bool Supports(ArrowField field) => field.Type.Kind is ArrowKind.Utf8 or ArrowKind.LargeUtf8 or ArrowKind.Utf8View;

    /// <summary>The text in a row; null if there isn't one.</summary>
    /// <exception cref="ArrowException">The data is damaged.</exception>
    public string? Text(int row)
    {
        if (IsNull(row))
        {
            return null;
        }

        if (_numbers is not null)
        {
            return _numbers.Integer(row) is { } number && number >= 0 && number < _dictionary!.Count ? _dictionary[(int)number] : throw new ArrowException($"the column '{Field.Name}' refers to a missing entry of its dictionary.");
        }

        (byte[] bytes, int start, int length) = Find(row);
        return Encoding.UTF8.GetString(bytes, start, length);
    }

    /// <summary>The text in a row as UTF-8; empty if there isn't one. It's valid until the next call.</summary>
    public ReadOnlySpan<byte> Utf8(int row)
    {
        if (IsNull(row))
        {
            return default;
        }

        if (_numbers is not null)
        {
            return Encoding.UTF8.GetBytes(Text(row) ?? string.Empty);
        }

        (byte[] bytes, int start, int length) = Find(row);
        return bytes.AsSpan(start, length);
    }

    public override void WriteTo(Utf8JsonWriter json, int row) => json.WriteStringValue(Text(row));

    protected override void LoadValues(ArrowColumn column, long first, int count)
    {
        if (Field.Dictionary is { } dictionary)
        {
            _numbers ??= new ArrowNumbers(File, new ArrowField(Field.Name, dictionary.Index));
            _numbers.Load(column, first, count);
            LoadDictionary(dictionary.Id);
            return;
        }

        if (Field.Type.Kind == ArrowKind.Utf8View)
        {
            Read(column.Buffers[1], checked(first * ViewLength), (long)count * ViewLength, ref _bytes);
            _viewed = column.Buffers.Skip(2).ToArray();
            return;
        }

        _offsets = ReadOffsets(column.Buffers[1], Field.Type.Kind == ArrowKind.LargeUtf8, first, count, ref _bytes);
        Read(column.Buffers[2], _offsets[0], _offsets[count] - _offsets[0], ref _data);
    }

    private (byte[] Bytes, int Start, int Length) Find(int row)
    {
        if (Field.Type.Kind != ArrowKind.Utf8View)
        {
            return (_data, (int)(_offsets[row] - _offsets[0]), (int)(_offsets[row + 1] - _offsets[row]));
        }

        int start = row * ViewLength;
        int length = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(start));
        if (length is >= 0 and <= LongestInView)
        {
            return (_bytes, start + sizeof(int), length);
        }

        int buffer = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(start + 8));
        if (length < 0 || buffer < 0 || buffer >= _viewed.Length)
        {
            throw new ArrowException($"the column '{Field.Name}' refers to text that doesn't exist.");
        }

        Read(_viewed[buffer], BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(start + 12)), length, ref _data);
        return (_data, 0, length);
    }

    // In a file without its end, batches of the dictionary can follow.
    private void LoadDictionary(long id)
    {
        IReadOnlyList<ArrowBatch> batches = File.Dictionary(id);
        if (_dictionary is not null && batches.Count == _dictionaryBatches)
        {
            return;
        }

        _dictionary = [];
        _dictionaryBatches = batches.Count;
        ArrowField field = Field with { Dictionary = null };
        var texts = new ArrowTexts(File, field);
        foreach (ArrowBatch batch in batches)
        {
            ArrowColumn column = batch.Find([field], [0])[0];
            for (long first = 0; first < batch.Rows; first += WindowLength)
            {
                int count = (int)Math.Min(WindowLength, batch.Rows - first);
                texts.Load(column, first, count);
                for (int row = 0; row < count; row++)
                {
                    _dictionary.Add(texts.Text(row));
                }
            }
        }
    }
}
