using System.Text;

namespace CohereShell.Emulation;

/// <summary>Reads plain text. Separators divide it into rows.</summary>
internal static class TextRows
{
    internal static IEnumerable<DatasetRow> Read(TextReader reader, string separator)
    {
        var entry = new StringBuilder();
        int line = 1;
        int start = 1;
        for (int c = reader.Read(); c >= 0; c = reader.Read())
        {
            entry.Append((char)c);
            line += c == '\n' ? 1 : 0;
            if (EndsWith(entry, separator))
            {
                entry.Length -= separator.Length;
                if (Row(start, entry) is { } row)
                {
                    yield return row;
                }

                entry.Clear();
                start = line;
            }
        }

        if (Row(start, entry) is { } last)
        {
            yield return last;
        }
    }

    private static bool EndsWith(StringBuilder text, string end)
    {
        for (int i = 1; i <= end.Length; i++)
        {
            if (i > text.Length || text[text.Length - i] != end[end.Length - i])
            {
                return false;
            }
        }

        return true;
    }

    private static DatasetRow? Row(int line, StringBuilder entry)
    {
        string text = entry.ToString().Trim();
        if (text.Length == 0)
        {
            return null;
        }

        byte[] json = EmulatorJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("text", text);
            writer.WriteEndObject();
        });
        using JsonDocument document = JsonDocument.Parse(json);
        return new DatasetRow(line, document.RootElement.Clone(), null);
    }
}
