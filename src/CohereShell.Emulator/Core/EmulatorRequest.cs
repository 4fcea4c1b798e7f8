namespace CohereShell.Emulation;

/// <summary>A request, independent of how it was received.</summary>
internal sealed class EmulatorRequest
{
    private readonly IReadOnlyDictionary<string, string> _headers;
    private Dictionary<string, List<string>>? _query;
    private string? _id;

    internal EmulatorRequest(string method, string target, IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body)
    {
        Method = method;
        int question = target.IndexOf('?');
        Path = PathOf(target);
        QueryText = question < 0 ? string.Empty : target.Substring(question + 1);
        _headers = headers;
        Body = body;
        Operation = Operations.ForRequest(method, Path);
    }

    internal string Method { get; }

    /// <summary>The path as sent, with percent-encoding.</summary>
    internal string Path { get; }

    internal ReadOnlyMemory<byte> Body { get; }

    /// <summary>A body that is too large for memory. <see cref="Body"/> is then empty.</summary>
    internal UploadBody? Upload { get; init; }

    internal Operation Operation { get; }

    /// <summary>The id of the response. It depends only on the request.</summary>
    internal string Id => _id ??= StableHash.Id(Method + " " + Path + "?" + QueryText + "\n", Body.Span);

    private string QueryText { get; }

    /// <summary>The operation of a request, before its body is read.</summary>
    internal static Operation OperationOf(string method, string target) => Operations.ForRequest(method, PathOf(target));

    internal string? Header(string name) => _headers.TryGetValue(name, out string? value) ? value : null;

    /// <summary>A decoded value of the query. Null if it's missing.</summary>
    internal string? Query(string name) => QueryList(name) is { Count: > 0 } values ? values[values.Count - 1] : null;

    /// <summary>All values of a name in the query.</summary>
    internal IReadOnlyList<string> QueryList(string name)
    {
        _query ??= ParseQuery(QueryText);
        return _query.TryGetValue(name, out List<string>? values) ? values : [];
    }

    /// <summary>The decoded part of the path at the operation's placeholder.</summary>
    internal string PathValue()
    {
        string[] template = Operation.Path.Split('/');
        string[] actual = Path.Split('/');
        int position = Array.FindIndex(template, segment => segment.IndexOf('{') >= 0);
        string suffix = template[position].Substring(template[position].IndexOf('}') + 1);
        return Uri.UnescapeDataString(actual[position].Substring(0, actual[position].Length - suffix.Length));
    }

    /// <summary>Parses the body as JSON. The caller disposes the document.</summary>
    /// <exception cref="EmulatorException">The body isn't a JSON object, or has fields that the operation doesn't have.</exception>
    internal JsonDocument Json()
    {
        if (HasHalfSurrogate(Body.Span))
        {
            throw new EmulatorException(400, "invalid json syntax: half of a surrogate pair in a string");
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(Body, new JsonDocumentOptions { MaxDepth = 256 });
        }
        catch (JsonException error)
        {
            string position = FormattableString.Invariant($"line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}");
            throw new EmulatorException(400, $"invalid json syntax: the body cannot be read at {position}");
        }

        try
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new EmulatorException(400, "invalid request: the body must be a JSON object.");
            }

            RequestFields.Check(Operation, document.RootElement);
            return document;
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether JSON contains an escape that JsonDocument accepts, but that throws when the string is read. Checking it
    /// first protects all later readers.
    /// </summary>
    internal static bool HasHalfSurrogate(ReadOnlySpan<byte> json)
    {
        bool afterHigh = false;
        for (int i = 0; i < json.Length; i++)
        {
            bool isEscape = json[i] == '\\' && i + 1 < json.Length;
            bool isSurrogate = isEscape && i + 3 < json.Length && json[i + 1] == 'u' && (json[i + 2] | 0x20) == 'd'
                && (json[i + 3] is (byte)'8' or (byte)'9' || (json[i + 3] | 0x20) is >= 'a' and <= 'f');
            bool isLow = isSurrogate && (json[i + 3] | 0x20) is >= 'c' and <= 'f';
            if (afterHigh != isLow)
            {
                return true;
            }

            afterHigh = isSurrogate && !isLow;
            i += isSurrogate ? 5 : isEscape ? 1 : 0;
        }

        return false;
    }

    // A base address that ends with a slash results in two slashes. Servers treat them as one.
    private static string PathOf(string target) => target.Split('?')[0].Replace("//", "/");

    private static Dictionary<string, List<string>> ParseQuery(string text)
    {
        var query = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (string pair in text.Split(['&'], StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=');
            string name = Decode(equals < 0 ? pair : pair.Substring(0, equals));
            if (!query.TryGetValue(name, out List<string>? values))
            {
                query[name] = values = [];
            }

            values.Add(Decode(equals < 0 ? string.Empty : pair.Substring(equals + 1)));
        }

        return query;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
