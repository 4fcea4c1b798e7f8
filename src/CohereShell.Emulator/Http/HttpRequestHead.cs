using System.Globalization;
using System.Text;

namespace CohereShell.Emulation;

/// <summary>The request line and the headers: RFC 9112, sections 3 and 5.</summary>
internal sealed class HttpRequestHead
{
    // Header bytes above 127 have no agreed encoding. Latin-1 keeps them distinct.
    private static readonly Encoding Latin1 = Encoding.GetEncoding(28591);

    private HttpRequestHead(string method, string target, bool isVersion10, Dictionary<string, string> headers)
    {
        Method = method;
        Target = target;
        Headers = headers;
        IsVersion10 = isVersion10;
        KeepAlive = !isVersion10 && !HasToken("Connection", "close");
        ExpectsContinue = !isVersion10 && Expects();
        (IsChunked, ContentLength) = Framing();
    }

    internal string Method { get; }

    /// <summary>The path and query.</summary>
    internal string Target { get; }

    internal IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>
    /// Whether the request is HTTP/1.0, which has no chunked bodies. This server closes such a connection after one
    /// request.
    /// </summary>
    internal bool IsVersion10 { get; }

    internal bool KeepAlive { get; }

    internal bool ExpectsContinue { get; }

    internal bool IsChunked { get; }

    internal long ContentLength { get; }

    /// <summary>Parses a head without its final empty line.</summary>
    /// <exception cref="HttpFormatException">The head isn't valid.</exception>
    internal static HttpRequestHead Parse(byte[] buffer, int offset, int count)
    {
        string[] lines = Latin1.GetString(buffer, offset, count).Split(["\r\n"], StringSplitOptions.None);
        string[] parts = lines[0].Split(' ');
        if (parts.Length != 3 || parts[0].Length == 0 || !parts[0].All(IsTokenCharacter))
        {
            throw new HttpFormatException(400, "malformed request line");
        }

        bool isVersion10 = parts[2] switch
        {
            "HTTP/1.1" => false,
            "HTTP/1.0" => true,
            _ when parts[2].StartsWith("HTTP/", StringComparison.Ordinal) => throw new HttpFormatException(505, "HTTP version not supported"),
            _ => throw new HttpFormatException(400, "malformed request line"),
        };
        Dictionary<string, string> headers = ParseHeaders(lines);
        if (!isVersion10 && !headers.ContainsKey("Host"))
        {
            throw new HttpFormatException(400, "missing required Host header");
        }

        RefuseOtherSites(headers, parts[1]);
        return new HttpRequestHead(parts[0], OriginForm(parts[1]), isVersion10, headers);
    }

    private static Dictionary<string, string> ParseHeaders(string[] lines)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':');
            string name = colon < 0 ? string.Empty : line.Substring(0, colon);

            // White space before the colon or at the start of a line has been used to smuggle headers past proxies.
            if (name.Length == 0 || !name.All(IsTokenCharacter) || line.IndexOf('\0') >= 0 || line.IndexOf('\n') >= 0)
            {
                throw new HttpFormatException(400, "malformed header");
            }

            string value = line.Substring(colon + 1).Trim(' ', '\t');
            headers[name] = headers.TryGetValue(name, out string? before) ? before + ", " + value : value;
        }

        return headers;
    }

    // The server listens only on this computer, but a web page in its browser could send requests too: from another
    // origin, or, after its name was resolved to 127.0.0.1, under its own name.
    private static void RefuseOtherSites(Dictionary<string, string> headers, string target)
    {
        if (headers.TryGetValue("Host", out string? host) && !IsLoopback("http://" + host))
        {
            throw new HttpFormatException(421, "the emulator answers only requests to localhost, 127.0.0.1 or [::1]");
        }

        if (!target.StartsWith("/", StringComparison.Ordinal) && Uri.TryCreate(target, UriKind.Absolute, out Uri? absolute) && !IsLoopback(absolute!.GetLeftPart(UriPartial.Authority)))
        {
            throw new HttpFormatException(421, "the emulator answers only requests to localhost, 127.0.0.1 or [::1]");
        }

        if ((headers.TryGetValue("Origin", out string? origin) && !IsLoopback(origin))
            || (headers.TryGetValue("Sec-Fetch-Site", out string? site) && string.Equals(site, "cross-site", StringComparison.OrdinalIgnoreCase)))
        {
            throw new HttpFormatException(403, "the emulator doesn't answer requests of other web sites");
        }
    }

    private static bool IsLoopback(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
        && uri!.Scheme is "http" or "https"
        && uri.UserInfo.Length == 0
        && uri.PathAndQuery == "/"
        && uri.Host.TrimEnd('.').ToUpperInvariant() is "LOCALHOST" or "127.0.0.1" or "[::1]";

    private static string OriginForm(string target)
    {
        if (target.StartsWith("/", StringComparison.Ordinal))
        {
            return target;
        }

        return Uri.TryCreate(target, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? uri!.PathAndQuery
            : throw new HttpFormatException(400, "malformed request target");
    }

    private static bool IsTokenCharacter(char c) =>
        c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') || "!#$%&'*+-.^_`|~".IndexOf(c) >= 0;

    private bool HasToken(string header, string token) =>
        Headers.TryGetValue(header, out string? value)
        && value.Split(',').Any(part => string.Equals(part.Trim(), token, StringComparison.OrdinalIgnoreCase));

    private bool Expects()
    {
        if (!Headers.TryGetValue("Expect", out string? value))
        {
            return false;
        }

        return string.Equals(value, "100-continue", StringComparison.OrdinalIgnoreCase)
            ? true
            : throw new HttpFormatException(417, "expectation failed");
    }

    private (bool IsChunked, long ContentLength) Framing()
    {
        bool hasLength = Headers.TryGetValue("Content-Length", out string? length);
        if (Headers.TryGetValue("Transfer-Encoding", out string? encoding))
        {
            // With both, two servers may read different requests: RFC 9112, section 6.1.
            if (hasLength || IsVersion10)
            {
                throw new HttpFormatException(400, "ambiguous length of the body");
            }

            return string.Equals(encoding, "chunked", StringComparison.OrdinalIgnoreCase)
                ? (true, 0)
                : throw new HttpFormatException(501, "unsupported transfer encoding");
        }

        if (!hasLength)
        {
            return (false, 0);
        }

        string[] values = length!.Split(',').Select(value => value.Trim()).Distinct().ToArray();
        return values.Length == 1 && long.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            ? (false, count)
            : throw new HttpFormatException(400, "malformed Content-Length");
    }
}
