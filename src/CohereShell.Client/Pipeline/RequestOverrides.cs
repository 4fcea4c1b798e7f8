namespace CohereShell;

/// <summary>
/// Headers and query parameters with which some servers and gateways replace the method or the path of a request. The
/// access policy has judged the method and the path before, so these names can't be specified.
/// </summary>
internal static class RequestOverrides
{
    private static readonly string[] Targets = ["method", "verb", "path", "url", "uri", "prefix"];

    private static readonly string[] Replacements = ["override", "original", "rewrite", "rewritten", "replaced", "forwarded", "request", "http", "real"];

    private static readonly string[] Others = ["X-Script-Name", "X-Accel-Redirect", "X-Sendfile"];

    /// <summary>Whether a header replaces the method or the path: X-HTTP-Method-Override, X-Original-URL, X-Path.</summary>
    public static bool IsHeader(string name)
    {
        string[] words = Words(name);
        return (words.Length > 0 && words.All(word => IsOneOf(word, Targets)))
            || (words.Any(word => IsOneOf(word, Targets)) && words.Any(word => IsOneOf(word, Replacements)))
            || IsOneOf(name.Trim().Replace('_', '-'), Others);
    }

    /// <summary>The query parameter that replaces the method; null if there isn't one. An API can have others, such as url.</summary>
    public static string? InQuery(ApiRequest request)
    {
        int start = request.Path.IndexOf('?');
        IEnumerable<string> written = start < 0 ? [] : request.Path.Substring(start + 1).Split('&', ';').Select(pair => Uri.UnescapeDataString(pair.Split('=')[0].Replace('+', ' ')));
        return request.Query.Select(pair => pair.Key).Concat(written).FirstOrDefault(IsMethod);
    }

    private static bool IsMethod(string name)
    {
        string plain = name.Trim();
        return IsOneOf(plain, ["_method", "$method", "$httpMethod", "httpMethod"])
            || (IsHeader(plain) && Words(plain).Any(word => IsOneOf(word, Replacements)) && Words(plain).Any(word => IsOneOf(word, ["method", "verb"])));
    }

    private static string[] Words(string name) => name.Trim().Split(['-', '_'], StringSplitOptions.RemoveEmptyEntries)
        .Where(word => !IsOneOf(word, ["x"]))
        .ToArray();

    private static bool IsOneOf(string word, string[] words) => words.Contains(word, StringComparer.OrdinalIgnoreCase);
}
