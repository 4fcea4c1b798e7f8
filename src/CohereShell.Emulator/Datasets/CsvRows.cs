using System.Text;

namespace CohereShell.Emulation;

/// <summary>Reads rows of comma-separated values, including quoted values that span lines: RFC 4180.</summary>
internal sealed class CsvRows(TextReader reader, char delimiter)
{
    private const int End = -1;
    private readonly StringBuilder _field = new();
    private int _line = 1;

    internal static IEnumerable<DatasetRow> Read(TextReader reader, char delimiter) => new CsvRows(reader, delimiter).Read();

    private IEnumerable<DatasetRow> Read()
    {
        string[]? names = ReadRecord();
        if (names is null)
        {
            yield break;
        }

        while (true)
        {
            int line = _line;
            if (ReadRecord() is not { } fields)
            {
                yield break;
            }

            if (fields.Length == 1 && fields[0].Length == 0)
            {
                // An empty line.
                continue;
            }

            yield return fields.Length == names.Length
                ? new DatasetRow(line, Row(names, fields), null)
                : new DatasetRow(line, default, System.FormattableString.Invariant($"expected {names.Length} fields, found {fields.Length}"));
        }
    }

    private static JsonElement Row(string[] names, string[] fields)
    {
        byte[] json = EmulatorJson.Write(writer =>
        {
            writer.WriteStartObject();
            foreach ((string name, string field) in names.Zip(fields, (name, field) => (name, field)))
            {
                writer.WriteString(name, field);
            }

            writer.WriteEndObject();
        });
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private string[]? ReadRecord()
    {
        if (reader.Peek() == End)
        {
            return null;
        }

        var fields = new List<string>();
        while (true)
        {
            fields.Add(ReadField(out bool isLast));
            if (isLast)
            {
                return [.. fields];
            }
        }
    }

    private string ReadField(out bool isLast)
    {
        _field.Clear();
        bool isQuoted = reader.Peek() == '"';
        if (isQuoted)
        {
            ReadQuoted();
        }

        while (true)
        {
            int c = reader.Read();
            if (c == delimiter)
            {
                isLast = false;
                return _field.ToString();
            }

            if (c is End or '\n')
            {
                _line++;
                isLast = true;
                return _field.ToString();
            }

            if (c != '\r' || reader.Peek() != '\n')
            {
                _field.Append((char)c);
            }
        }
    }

    private void ReadQuoted()
    {
        reader.Read();
        for (int c = reader.Read(); c != End; c = reader.Read())
        {
            if (c == '"' && reader.Peek() != '"')
            {
                return;
            }

            if (c == '"')
            {
                reader.Read();
            }

            _line += c == '\n' ? 1 : 0;
            _field.Append((char)c);
        }
    }
}
