namespace CohereShell.Emulation;

/// <summary>A request as the core sees it, whichever way it came in.</summary>
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

    /// <summary>The path as it was sent, with its percent signs.</summary>
    internal string Path { get; }

    internal ReadOnlyMemory<byte> Body { get; }

    /// <summary>A body that is too large to be held; then <see cref="Body"/> is empty.</summary>
    internal UploadBody? Upload { get; init; }

    internal Operation Operation { get; }

    /// <summary>The id of this request's answer: a function of the request, and of nothing else.</summary>
    internal string Id => _id ??= StableHash.Id(Method + " " + Path + "?" + QueryText + "\n", Body.Span);

    private string QueryText { get; }

    /// <summary>The operation that a request is for, before its body is read.</summary>
    internal static Operation OperationOf(string method, string target) => Operations.ForRequest(method, PathOf(target));

    internal string? Header(string name) => _headers.TryGetValue(name, out string? value) ? value : null;

    /// <summary>A value of the query, decoded; null where it is not given.</summary>
    internal string? Query(string name) => QueryList(name) is { Count: > 0 } values ? values[values.Count - 1] : null;

    /// <summary>All values that the query has under a name.</summary>
    internal IReadOnlyList<string> QueryList(string name)
    {
        _query ??= ParseQuery(QueryText);
        return _query.TryGetValue(name, out List<string>? values) ? values : [];
    }

    /// <summary>What stands in the path where the operation has its placeholder, decoded.</summary>
    internal string PathValue()
    {
        string[] template = Operation.Path.Split('/');
        string[] actual = Path.Split('/');
        int position = Array.FindIndex(template, segment => segment.IndexOf('{') >= 0);
        string suffix = template[position].Substring(template[position].IndexOf('}') + 1);
        return Uri.UnescapeDataString(actual[position].Substring(0, actual[position].Length - suffix.Length));
    }

    /// <summary>The body as JSON. The caller disposes it.</summary>
    /// <exception cref="EmulatorException">The body is no JSON object.</exception>
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

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        throw new EmulatorException(400, "invalid request: the body must be a JSON object.");
    }

    /// <summary>
    /// Whether JSON has an escape that JsonDocument takes, and that throws when the string is read. Whatever reads it
    /// later is spared that.
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

    // A base address that ends in a slash gives two of them; servers take them for one.
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
