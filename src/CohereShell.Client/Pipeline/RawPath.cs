using System.Text;

namespace CohereShell;

/// <summary>
/// Checks paths. A path decides where the key goes, and the access policy matches it, so it must have only one meaning. Some
/// servers resolve escapes before they look for the operation, and others afterwards.
/// </summary>
internal static class RawPath
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Returns a path that a user wrote, with a slash at the start.</summary>
    /// <exception cref="ArgumentException">It isn't a path, or a server could read it as another path.</exception>
    public static string Check(string path)
    {
        string rooted = path.StartsWith("/", StringComparison.Ordinal) ? path : "/" + path;
        string[] segments = Segments(rooted);
        if (segments.Length == 0 || (rooted != path && rooted.Split('?')[0].Contains("://")))
        {
            throw new ArgumentException("Specify a path below the base address, such as /v1/models.", nameof(path));
        }

        return rooted.Split('?')[0].IndexOfAny(['\\', '#', ';']) >= 0 || rooted.IndexOf('#') >= 0 || segments.Any(IsDetour)
            ? throw new ArgumentException("The path contains '\\', '#', ';', '?', '.', '..', or a segment that ends with a space or an escaped slash, as it is or escaped. Remove it. In a query, write '#' as %23.", nameof(path))
            : rooted;
    }

    /// <summary>
    /// The operation of a request. If the path isn't in the catalogue, its end can be: behind a gateway, and with a base
    /// address that ends in the version.
    /// </summary>
    public static Operation OperationOf(string method, string path, Uri baseUri)
    {
        Operation operation = Operations.ForRequest(method, Resolve(path));
        return operation.IsKnown ? operation : KnownAtTheEnd(method, Segments(baseUri.AbsolutePath + path)) ?? operation;
    }

    /// <summary>
    /// Why a path isn't sent: a server that resolves escapes first, or more than once, could read it as another operation
    /// than the access policy does. Null if the path has only one meaning.
    /// </summary>
    public static string? Ambiguity(Operation operation, string path, Uri baseUri)
    {
        string escaped = path.Split('?')[0];
        if (operation.IsKnown && escaped == operation.Path)
        {
            return null;
        }

        // If the catalogue doesn't list the path, its end can be listed, together with the base address.
        bool isBelow = !operation.IsKnown && baseUri.AbsolutePath.Length > 1;
        string? decoded = Decode(escaped);
        string? whole = isBelow ? Decode(baseUri.AbsolutePath.TrimEnd('/') + escaped) : decoded;
        if (decoded is null || whole is null || decoded.Any(char.IsControl) || decoded.IndexOf('\\') >= 0)
        {
            return $"'{HarmlessText.From(escaped)}' contains an escape that isn't valid UTF-8, or one of a control character, a backslash, or another escape.";
        }

        if (Readings(decoded).SelectMany(Parts).Any(segment => segment.Trim().TrimEnd('.').Length == 0))
        {
            return $"'{HarmlessText.From(escaped)}' contains a segment '.' or '..'.";
        }

        Operation? other = Readings(decoded).Select(reading => Operations.ForRequest(operation.Method, "/" + string.Join("/", Parts(reading))))
            .Concat(operation.IsKnown ? [] : Readings(whole).Select(reading => KnownAtTheEnd(operation.Method, Parts(reading))).OfType<Operation>())
            .FirstOrDefault(found => found.IsKnown && found.Name != operation.Name);
        return other is null ? null : $"A server could read '{HarmlessText.From(escaped)}' as the path of the operation {other.Name}.";
    }

    /// <summary>The path as a server may read it: escapes resolved, without the query and empty segments.</summary>
    public static string Resolve(string path) => "/" + string.Join("/", Segments(path));

    // The readings of a server that resolves escapes first: as a whole, up to what can end a path, and with the characters
    // that Unicode regards as equivalent. Some servers ignore a part of each segment: what follows a semicolon, a file
    // extension, blanks, or characters that they don't expect.
    private static IEnumerable<string> Readings(string decoded)
    {
        foreach (string form in new[] { decoded, decoded.Normalize(NormalizationForm.FormKC) }.Distinct(StringComparer.Ordinal))
        {
            string path = form.Split('?', '#')[0];
            yield return form;
            yield return path;
            yield return InEachSegment(path, segment => segment.Split(';')[0]);
            yield return InEachSegment(path, segment => new string(segment.Trim().TakeWhile(IsOfName).ToArray()));
            yield return InEachSegment(path, segment => new string(segment.Where(IsOfName).ToArray()));
        }
    }

    private static string InEachSegment(string path, Func<string, string> change) => string.Join("/", path.Split('/').Select(change));

    private static bool IsOfName(char character) => char.IsLetterOrDigit(character) || character is '-' or '_';

    private static string[] Parts(string path) => path.Split(['/'], StringSplitOptions.RemoveEmptyEntries);

    private static Operation? KnownAtTheEnd(string method, string[] segments) => Enumerable.Range(0, segments.Length)
        .Select(start => Operations.ForRequest(method, "/" + string.Join("/", segments.Skip(start))))
        .FirstOrDefault(operation => operation.IsKnown);

    // Null if the result has another escape: a server may resolve escapes twice.
    private static string? Decode(string path)
    {
        var bytes = new List<byte>(path.Length);
        for (int index = 0; index < path.Length; index++)
        {
            if (path[index] != '%')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(char.IsSurrogatePair(path, index) ? path.Substring(index++, 2) : path.Substring(index, 1)));
                continue;
            }

            if (!IsEscape(path, index))
            {
                return null;
            }

            bytes.Add(Convert.ToByte(path.Substring(index + 1, 2), 16));
            index += 2;
        }

        try
        {
            string decoded = Strict.GetString(bytes.ToArray());
            return Enumerable.Range(0, decoded.Length).Any(index => decoded[index] == '%' && IsEscape(decoded, index)) ? null : decoded;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsEscape(string text, int index) => index + 2 < text.Length && Uri.IsHexDigit(text[index + 1]) && Uri.IsHexDigit(text[index + 2]);

    // Segments that a server may read as a different path than the policy does.
    private static bool IsDetour(string segment) =>
        segment is "." or ".."
        || segment != segment.Trim()
        || segment.StartsWith("%2F", StringComparison.Ordinal)
        || segment.EndsWith("%2F", StringComparison.Ordinal)
        || segment.IndexOfAny([';', '?', '#', '\\']) >= 0
        || segment.Any(char.IsControl);

    // An escaped slash is part of a name.
    private static string[] Segments(string path) => path.Split('?')[0]
        .Split(['/'], StringSplitOptions.RemoveEmptyEntries)
        .Select(segment => Uri.UnescapeDataString(segment).Replace("/", "%2F"))
        .ToArray();
}
