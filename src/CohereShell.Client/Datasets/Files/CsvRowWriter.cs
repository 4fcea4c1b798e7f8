using System.Text;

namespace CohereShell;

/// <summary>
/// Writes rows as CSV: a header line, then a line for each row. Strings are written as they are, numbers and Booleans as in
/// JSON, and arrays and objects as JSON. Null is an empty field.
/// </summary>
internal sealed class CsvRowWriter(Stream stream) : IRowWriter
{
    private static readonly char[] Special = [',', '"', '\r', '\n'];
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1000 };

    private readonly Stream _stream = stream;
    private readonly RowJson _json = new();
    private readonly StringBuilder _line = new();
    private Dictionary<string, int>? _columns;
    private string?[] _cells = [];

    public void Write(DatasetRowReader row)
    {
        _columns ??= WriteHeader(row.Fields);
        Array.Clear(_cells, 0, _cells.Length);
        ReadCells(_json.Of(row), row);
        WriteLine(_cells);
    }

    public void Complete(DatasetRowReader rows) => _columns ??= WriteHeader(rows.Fields);

    public void Dispose() => _json.Dispose();

    private Dictionary<string, int> WriteHeader(IReadOnlyList<string> fields)
    {
        if (fields.Count > 0)
        {
            WriteLine(fields);
        }

        _cells = new string?[fields.Count];
        return fields.Select((name, index) => (name, index)).ToDictionary(column => column.name, column => column.index, StringComparer.Ordinal);
    }

    private void ReadCells(ReadOnlySpan<byte> json, DatasetRowReader row)
    {
        var reader = new Utf8JsonReader(json, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new CohereException(ErrorReason.DatasetNotReadable, FormattableString.Invariant($"Row {row.RowCount} of the dataset '{row.Dataset.DatasetId}' isn't an object with fields and can't be written as CSV. Use -Format Jsonl."));
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!_columns!.TryGetValue(name, out int column))
            {
                throw new CohereException(ErrorReason.DatasetNotReadable, FormattableString.Invariant($"Row {row.RowCount} of the dataset '{row.Dataset.DatasetId}' has a field '{name}' that the first row doesn't have. CSV has one header line for all rows. Use -Format Jsonl."));
            }

            reader.Read();
            _cells[column] = CellOf(ref reader, json);
        }
    }

    private static string? CellOf(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                return reader.GetString();
            default:
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                return TextOf(json.Slice(start, (int)reader.BytesConsumed - start));
        }
    }

#if NET
    private static string TextOf(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
#else
    private static string TextOf(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8.ToArray());
#endif

    private void WriteLine(IReadOnlyList<string?> cells)
    {
        _line.Clear();
        for (int index = 0; index < cells.Count; index++)
        {
            if (index > 0)
            {
                _line.Append(',');
            }

            Append(cells[index]);
        }

        // Lines end as Export-Csv ends them on this system.
        byte[] line = Encoding.UTF8.GetBytes(_line.Append(Environment.NewLine).ToString());
        _stream.Write(line, 0, line.Length);
    }

    private void Append(string? cell)
    {
        if (cell is null)
        {
            return;
        }

        // Quotes keep leading and trailing white space, which some readers would remove.
        bool isPlain = cell.Length > 0 && cell.IndexOfAny(Special) < 0 && !char.IsWhiteSpace(cell[0]) && !char.IsWhiteSpace(cell[cell.Length - 1]);
        _ = isPlain ? _line.Append(cell) : _line.Append('"').Append(cell.Replace("\"", "\"\"")).Append('"');
    }
}
