using System.Globalization;
using System.Text;
using MimeKit;

namespace CohereShell.Formats;

/// <summary>
/// Reads email messages: the sender, the recipients, the date, the names of the attachments, and the text. The subject is the
/// title. Attachments aren't read.
/// </summary>
internal sealed class MailReader : IDocumentReader
{
    private const int MostAttachments = 100;

    public DocumentContent Read(byte[] file, DocumentReading reading)
    {
        MimeMessage message;
        try
        {
            message = MimeMessage.Load(new CheckedStream(file, reading), reading.CancellationToken);
        }
        catch (FormatException exception)
        {
            throw DocumentErrors.Damaged(reading.Path, "it isn't an email message", exception);
        }

        using (message)
        {
            return Read(message, reading);
        }
    }

    private static DocumentContent Read(MimeMessage message, DocumentReading reading)
    {
        string body = TextOf(message, reading).Trim();
        if (body.Length == 0 && IsEncrypted(message.Body))
        {
            throw DocumentErrors.Encrypted(reading.Path, "Encrypted messages, and messages that a signature encloses, can't be read.");
        }

        var text = new StringBuilder();
        Add(text, "From", message.From.ToString());
        Add(text, "To", message.To.ToString());
        Add(text, "Cc", message.Cc.ToString());
        Add(text, "Date", message.Date == default ? string.Empty : message.Date.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture));
        Add(text, "Attachments", string.Join(", ", AttachmentsOf(message)));
        string subject = SectionCollector.OneLine(message.Subject ?? string.Empty);
        if (body.Length > 0)
        {
            text.Append(text.Length > 0 ? "\n" : string.Empty).Append(body);
        }

        string whole = text.ToString().Trim();
        reading.AddCharacters(whole.Length);
        // A message without a header, a subject and a text is a file of another kind.
        return new DocumentContent(whole.Length == 0 ? [] : [new DocumentPart(whole)]) { Title = subject.Length == 0 ? null : subject };
    }

    private static string TextOf(MimeMessage message, DocumentReading reading)
    {
        if (message.TextBody is { } plain && !string.IsNullOrWhiteSpace(plain))
        {
            return plain.Replace("\r\n", "\n");
        }

        return message.HtmlBody is { } html ? string.Join("\n\n", HtmlReader.ReadText(html, reading).Parts.Select(part => part.Text)) : string.Empty;
    }

    private static IEnumerable<string> AttachmentsOf(MimeMessage message) => message.Attachments
        .Take(MostAttachments)
        .Select(each => each switch
        {
            MessagePart attached => attached.Message?.Subject,
            MimePart part => part.FileName,
            _ => null,
        })
        .Where(name => !string.IsNullOrWhiteSpace(name))
        .Select(name => SectionCollector.OneLine(name!));

    private static bool IsEncrypted(MimeEntity? body) =>
        body?.ContentType is { } type && (type.IsMimeType("multipart", "encrypted") || type.IsMimeType("application", "pkcs7-mime") || type.IsMimeType("application", "x-pkcs7-mime"));

    private static void Add(StringBuilder text, string name, string value)
    {
        if (value.Length > 0)
        {
            text.Append(name).Append(": ").Append(SectionCollector.OneLine(value, SectionCollector.LongestLine)).Append('\n');
        }
    }
}
