using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;

namespace CohereShell;

/// <summary>
/// A body of fields and files, in the order in which they were added. Files are opened again for each attempt and sent in
/// chunks, so that they can have any size.
/// </summary>
internal sealed class MultipartForm
{
    private const int BufferSize = 81920;

    private readonly IReadOnlyList<Part> _parts;

    public MultipartForm()
        : this([])
    {
    }

    private MultipartForm(IReadOnlyList<Part> parts) => _parts = parts;

    /// <summary>The fields that aren't files.</summary>
    public IEnumerable<KeyValuePair<string, string>> Fields =>
        _parts.Where(part => part.Path is null).Select(part => new KeyValuePair<string, string>(part.Name, part.Value!));

    /// <summary>Returns the form with another field; without a value, returns it unchanged.</summary>
    public MultipartForm WithField(string name, string? value) =>
        value is null ? this : new([.. _parts, new Part(name, value, null, null, null)]);

    /// <summary>Returns the form with another file. <paramref name="sent"/> receives the number of bytes sent so far.</summary>
    public MultipartForm WithFile(string name, string path, string mediaType, Action<long>? sent = null) =>
        new([.. _parts, new Part(name, null, path, mediaType, sent)]);

    /// <summary>Returns the form with more fields. Existing fields are replaced.</summary>
    public MultipartForm With(IReadOnlyDictionary<string, JsonElement> fields) => new([
        .. _parts.Where(part => part.Path is not null || !fields.ContainsKey(part.Name)),
        .. fields.Select(field => new Part(field.Key, TextOf(field.Value), null, null, null)),
    ]);

    /// <summary>Creates the body for an attempt. Disposing it closes the files.</summary>
    /// <exception cref="CohereException">A file can't be opened.</exception>
    public HttpContent ToContent()
    {
        var content = new MultipartFormDataContent();
        // Some servers don't accept a quoted boundary.
        NameValueHeaderValue boundary = content.Headers.ContentType!.Parameters.First(parameter => parameter.Name == "boundary");
        boundary.Value = boundary.Value!.Trim('"');
        try
        {
            foreach (Part part in _parts)
            {
                content.Add(ContentOf(part));
            }
        }
        catch
        {
            content.Dispose();
            throw;
        }

        return content;
    }

    private static HttpContent ContentOf(Part part)
    {
        HttpContent content = part.Path is null ? new ByteArrayContent(Encoding.UTF8.GetBytes(part.Value!)) : new StreamContent(Open(part), BufferSize);
        content.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data")
        {
            Name = Quote(part.Name),
            FileName = part.Path is null ? null : Quote(Path.GetFileName(part.Path)),
        };
        if (part.MediaType is not null)
        {
            content.Headers.ContentType = new MediaTypeHeaderValue(part.MediaType);
        }

        return content;
    }

    private static Stream Open(Part part)
    {
        FileStream file = Open(part.Path!);
        return part.Sent is null ? file : new ReportingStream(file, part.Sent);
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, useAsync: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // This isn't a connection error: a retry doesn't help.
            throw new CohereException(ErrorReason.FileNotReadable, $"The file '{path}' can't be read: {exception.Message}", exception);
        }
    }

    // Servers read other characters in a name differently.
    private static string Quote(string name) =>
        "\"" + new string(name.Select(character => character is >= ' ' and < '\x7f' and not ('"' or '\\') ? character : '_').ToArray()) + "\"";

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private sealed record Part(string Name, string? Value, string? Path, string? MediaType, Action<long>? Sent);
}
