using System.Text;
using MimeKit.Text;

namespace CohereShell.Formats;

/// <summary>
/// Reads web pages as readable text: a part for each heading. MimeKit's tokenizer reads the tags. There isn't a tree, so the
/// nesting of elements doesn't matter for memory and the stack.
/// </summary>
internal sealed class HtmlReader : IDocumentReader
{
    private const int BytesForCharset = 4096;

    public DocumentContent Read(byte[] file, DocumentReading reading) => ReadText(Decode(file, reading), reading);

    /// <summary>Reads a page.</summary>
    public static DocumentContent ReadText(string html, DocumentReading reading)
    {
        var writer = new HtmlText(reading);
        var tokenizer = new HtmlTokenizer(new StringReader(html)) { DecodeCharacterReferences = true };
        while (tokenizer.ReadNextToken(out HtmlToken? token))
        {
            reading.Step();
            switch (token)
            {
                case HtmlTagToken tag:
                    writer.Tag(tag);
                    break;
                case HtmlDataToken data when data.Kind is HtmlTokenKind.Data or HtmlTokenKind.CData:
                    writer.Data(data.Data);
                    break;
            }
        }

        return writer.Complete();
    }

    // As browsers do: -Encoding, a mark, the page itself, UTF-8 if it's valid, the encoding of old Windows programs.
    private static string Decode(byte[] file, DocumentReading reading)
    {
        if (reading.Encoding is not null || Utf8Text.MarkedEncoding(file.AsSpan(0, Math.Min(4, file.Length))) is not null)
        {
            return DocumentText.Decode(file, reading);
        }

        Encoding? named = CharsetIn(Encoding.ASCII.GetString(file, 0, Math.Min(file.Length, BytesForCharset)));
        return (named ?? (Utf8Text.FindInvalid(new MemoryStream(file, writable: false)) is null ? Encoding.UTF8 : EncodingNames.Get("windows-1252"))).GetString(file);
    }

    private static Encoding? CharsetIn(string start)
    {
        int place = start.IndexOf("charset", StringComparison.OrdinalIgnoreCase);
        if (place < 0)
        {
            return null;
        }

        string name = new(start.Substring(place + "charset".Length).SkipWhile(each => each is '=' or '"' or '\'' or ' ').TakeWhile(each => char.IsLetterOrDigit(each) || each is '-' or '_').Take(40).ToArray());
        try
        {
            // The page was read as ASCII up to here, so it isn't UTF-16.
            return name.Length == 0 || name.StartsWith("utf-16", StringComparison.OrdinalIgnoreCase) ? null : EncodingNames.Get(name);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
