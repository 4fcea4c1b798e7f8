using System.Text;

namespace CohereShell.Emulation;

/// <summary>Reads JSON Lines, one row at a time.</summary>
internal static class JsonLines
{
    internal static IEnumerable<DatasetRow> Read(TextReader reader)
    {
        int line = 0;
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (text.Trim().Length > 0)
            {
                yield return Parse(line, text);
            }
        }
    }

    private static DatasetRow Parse(int line, string text)
    {
        if (text.IndexOf("\\u", StringComparison.Ordinal) >= 0 && EmulatorRequest.HasHalfSurrogate(Encoding.UTF8.GetBytes(text)))
        {
            return new DatasetRow(line, default, "half of a surrogate pair in a string");
        }

        return JsonText.TryParse(text) switch
        {
            null => new DatasetRow(line, default, "not valid JSON"),
            { ValueKind: JsonValueKind.Object } row => new DatasetRow(line, row, null),
            _ => new DatasetRow(line, default, "not a JSON object"),
        };
    }
}
