using System.Text;

namespace CohereShell;

/// <summary>Decodes the bytes of text files.</summary>
internal static class DocumentText
{
    /// <summary>Decodes a text file.</summary>
    /// <exception cref="WrongEncodingException">The file has bytes that its encoding doesn't have.</exception>
    public static string Decode(byte[] file, DocumentReading reading)
    {
        Encoding encoding = Utf8Text.MarkedEncoding(file.AsSpan(0, Math.Min(4, file.Length))) ?? Strict(reading.Encoding);
        try
        {
            int mark = encoding.GetPreamble() is { Length: > 0 } preamble && file.AsSpan().StartsWith(preamble) ? preamble.Length : 0;
            return encoding.GetString(file, mark, file.Length - mark);
        }
        catch (DecoderFallbackException exception)
        {
            throw StrictText.Wrong(reading.Path, reading.Encoding, exception);
        }
    }

    private static Encoding Strict(Encoding? encoding)
    {
        var strict = (Encoding)(encoding ?? Encoding.UTF8).Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        return strict;
    }
}

/// <summary>Reads text without structure, as one part.</summary>
internal sealed class PlainTextReader : IDocumentReader
{
    public DocumentContent Read(byte[] file, DocumentReading reading)
    {
        string text = DocumentText.Decode(file, reading);
        reading.AddCharacters(text.Length);
        return new DocumentContent(string.IsNullOrWhiteSpace(text) ? [] : [new DocumentPart(text)]);
    }
}

/// <summary>Reads a table as text, and finds its header row.</summary>
internal sealed class TableReader : IDocumentReader
{
    public DocumentContent Read(byte[] file, DocumentReading reading)
    {
        string text = DocumentText.Decode(file, reading);
        reading.AddCharacters(text.Length);
        return new DocumentContent(string.IsNullOrWhiteSpace(text) ? [] : [new DocumentPart(text) { HeaderLength = HeaderLength(text) }]);
    }

    // Export-Csv of Windows PowerShell writes the type of the objects first.
    private static int HeaderLength(string text)
    {
        int start = text.StartsWith("#TYPE ", StringComparison.Ordinal) ? text.IndexOf('\n') + 1 : 0;
        bool isQuoted = false;
        for (int index = start; index < text.Length; index++)
        {
            isQuoted ^= text[index] == '"';
            if (text[index] == '\n' && !isQuoted)
            {
                return index + 1;
            }
        }

        return 0;
    }
}
