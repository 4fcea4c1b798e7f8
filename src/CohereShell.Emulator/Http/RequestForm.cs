using System.Text;

namespace CohereShell.Emulation;

/// <summary>A multipart/form-data body: RFC 7578. If several parts have the same name, the last one counts.</summary>
internal sealed class RequestForm
{
    private const string MediaType = "multipart/form-data";
    private readonly Dictionary<string, MultipartPart> _parts = new(StringComparer.Ordinal);

    private RequestForm()
    {
    }

    internal MultipartPart? this[string name] => _parts.TryGetValue(name, out MultipartPart? part) ? part : null;

    /// <exception cref="EmulatorException">The body isn't a valid form.</exception>
    internal static RequestForm Read(EmulatorRequest request)
    {
        string boundary = Boundary(request);

        // The first boundary has no line end before it. Adding one makes all boundaries alike.
        byte[] body = new byte[request.Body.Length + 2];
        body[0] = (byte)'\r';
        body[1] = (byte)'\n';
        request.Body.Span.CopyTo(body.AsSpan(2));
        var form = new RequestForm();
        form.ReadParts(body, Encoding.UTF8.GetBytes("\r\n--" + boundary));
        return form;
    }

    /// <summary>The boundary between the parts.</summary>
    /// <exception cref="EmulatorException">The body isn't a valid form.</exception>
    internal static string Boundary(EmulatorRequest request)
    {
        string type = request.Header("Content-Type") ?? string.Empty;
        string? boundary = type.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase) ? Parameter(type, "boundary") : null;
        return string.IsNullOrEmpty(boundary)
            ? throw new EmulatorException(400, $"invalid request: the body must be of the type {MediaType}")
            : boundary!;
    }

    /// <summary>The names in the header of a part. Null if it isn't a part of a form.</summary>
    internal static (string Name, string? FileName)? Names(string head)
    {
        foreach (string line in head.Split(["\r\n"], StringSplitOptions.None))
        {
            if (line.StartsWith("Content-Disposition:", StringComparison.OrdinalIgnoreCase) && Parameter(line, "name") is { } name)
            {
                return (name, FileName(line));
            }
        }

        return null;
    }

    private void ReadParts(byte[] body, byte[] delimiter)
    {
        int start = Find(body, delimiter, 0) + delimiter.Length;
        while (!StartsWith(body, start, "--"u8))
        {
            int head = Find(body, "\r\n"u8, start) + 2;

            // Starts at the line end before it, because a part can have an empty header.
            int content = Find(body, "\r\n\r\n"u8, head - 2) + 4;
            int end = Find(body, delimiter, content - 2);
            Add(Encoding.UTF8.GetString(body, head, Math.Max(0, content - 4 - head)), body.AsMemory(content, Math.Max(0, end - content)));
            start = end + delimiter.Length;
        }
    }

    private void Add(string head, ReadOnlyMemory<byte> content)
    {
        if (Names(head) is var (name, fileName))
        {
            _parts[name] = new MultipartPart(fileName, content);
        }
    }

    // RFC 7578 requires UTF-8. .NET encodes names that aren't ASCII as in RFC 5987.
    private static string? FileName(string line)
    {
        const string Encoding = "utf-8''";
        return Parameter(line, "filename*") is { } encoded && encoded.StartsWith(Encoding, StringComparison.OrdinalIgnoreCase)
            ? Uri.UnescapeDataString(encoded.Substring(Encoding.Length))
            : Parameter(line, "filename");
    }

    // A parameter of a header, with or without quotation marks.
    private static string? Parameter(string header, string name)
    {
        for (int position = header.IndexOf(';'); position >= 0; position = NextSemicolon(header, position))
        {
            string parameter = header.Substring(position + 1).TrimStart();
            if (parameter.StartsWith(name + "=", StringComparison.OrdinalIgnoreCase))
            {
                string value = parameter.Substring(name.Length + 1);
                return value.StartsWith("\"", StringComparison.Ordinal) ? Quoted(value) : value.Split(';')[0].Trim();
            }
        }

        return null;
    }

    private static int NextSemicolon(string header, int position)
    {
        bool isQuoted = false;
        for (int i = position + 1; i < header.Length; i++)
        {
            isQuoted ^= header[i] == '"' && header[i - 1] != '\\';
            if (header[i] == ';' && !isQuoted)
            {
                return i;
            }
        }

        return -1;
    }

    private static string Quoted(string value)
    {
        var text = new StringBuilder();
        for (int i = 1; i < value.Length && value[i] != '"'; i++)
        {
            i += value[i] == '\\' && i + 1 < value.Length && value[i + 1] is '"' or '\\' ? 1 : 0;
            text.Append(value[i]);
        }

        // Browsers and other clients encode a quotation mark in a name this way.
        return text.Replace("%22", "\"").ToString();
    }

    private static bool StartsWith(byte[] body, int start, ReadOnlySpan<byte> expected) =>
        body.AsSpan(Math.Min(start, body.Length)).StartsWith(expected);

    private static int Find(byte[] body, ReadOnlySpan<byte> expected, int start)
    {
        int found = start > body.Length ? -1 : body.AsSpan(start).IndexOf(expected);
        return found >= 0 ? start + found : throw new EmulatorException(400, "invalid request: the multipart body ends early");
    }
}

/// <summary>A part of a form.</summary>
/// <param name="FileName">The name of the file. Null for a value.</param>
/// <param name="Content">The content of the part.</param>
internal sealed record MultipartPart(string? FileName, ReadOnlyMemory<byte> Content)
{
    internal string Text => Encoding.UTF8.GetString(Content.ToArray());
}
