namespace CohereShell;

/// <summary>
/// The characters that a header can contain. The runtimes treat other characters differently: they drop them, send them,
/// or fail while sending. The messages here never repeat a value because it can be a secret.
/// </summary>
internal static class HeaderRules
{
    private const string Punctuation = "!#$%&'*+-.^_`|~";

    private static readonly string[] SecretNames = ["auth", "cookie", "key", "password", "secret", "token"];

    // The HTTP client writes the headers that frame a message. A second one could make two servers read different requests.
    private static readonly string[] ReservedNames =
    [
        "Transfer-Encoding", "Content-Length", "Host", "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Upgrade", "Expect",
        "HTTP2-Settings",
    ];

    private const string Quotes = "'\"`\u2018\u2019\u201a\u201b\u201c\u201d\u201e";

    /// <summary>Whether a header can't be specified, because it would change where a request goes or where it ends.</summary>
    public static bool IsReserved(string name) =>
        ReservedNames.Contains(name.Trim().Replace('_', '-'), StringComparer.OrdinalIgnoreCase) || RequestOverrides.IsHeader(name);

    /// <summary>Why a text can't be a key, as the end of a sentence; null if it can be one.</summary>
    public static string? ProblemOfKey(string? key) =>
        key is null ? null
        : !CanHold(key) || key.IndexOf('\t') >= 0 ? "contains line breaks, control characters or non-ASCII characters, which can't be sent in a header"
        : key.Length > 0 && (Quotes.IndexOf(key[0]) >= 0 || Quotes.IndexOf(key[key.Length - 1]) >= 0) ? "is in quotation marks. Specify only the key"
        : key.Trim().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || string.Equals(key.Trim(), "Bearer", StringComparison.OrdinalIgnoreCase) ? "starts with 'Bearer'. Specify only the key"
        : null;

    /// <summary>Refuses a text that can't be a key.</summary>
    /// <exception cref="ArgumentException">The text can't be a key.</exception>
    public static void CheckKey(string? key)
    {
        // A key in typographic quotation marks isn't ASCII, but the message about the quotation marks helps more.
        if (ProblemOfKey(key?.Trim(Quotes.ToCharArray())) is null && ProblemOfKey(key) is { } && key!.Any(character => character > '~'))
        {
            throw new ArgumentException("The API key is in quotation marks. Specify only the key.");
        }

        if (ProblemOfKey(key) is { } problem)
        {
            throw new ArgumentException($"The API key {problem}.");
        }
    }

    /// <summary>Refuses headers that can't be sent.</summary>
    /// <exception cref="ArgumentException">A name or a value can't be sent.</exception>
    public static void Check(IReadOnlyDictionary<string, string>? headers)
    {
        foreach (KeyValuePair<string, string> header in headers ?? new Dictionary<string, string>())
        {
            if (!IsToken(header.Key))
            {
                throw new ArgumentException($"'{new string(header.Key.Where(char.IsLetterOrDigit).ToArray())}…' isn't a valid header name. Use letters, digits and hyphens.", nameof(headers));
            }

            if (IsReserved(header.Key))
            {
                throw new ArgumentException($"The header {header.Key} can't be specified: it would change where a request goes or where it ends.", nameof(headers));
            }

            CheckValue($"The value of the header {header.Key}", header.Value);
        }
    }

    /// <summary>Refuses a text that a header can't contain.</summary>
    /// <exception cref="ArgumentException">The text contains line breaks, control characters or non-ASCII characters.</exception>
    public static void CheckValue(string what, string? value)
    {
        if (!CanHold(value))
        {
            throw new ArgumentException($"{what} contains line breaks, control characters or non-ASCII characters, which can't be sent in a header.");
        }
    }

    public static bool CanHold(string? value) => value is null || value.All(character => character is >= ' ' and <= '~' or '\t');

    /// <summary>Valid names of methods and headers: RFC 9110, section 5.6.2.</summary>
    public static bool IsToken(string text) =>
        text.Length > 0 && text.All(character => character is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' || Punctuation.IndexOf(character) >= 0);

    /// <summary>The values of headers whose name suggests a secret, without the scheme in front.</summary>
    public static IEnumerable<string> SecretsIn(IReadOnlyDictionary<string, string> headers) => headers
        .Where(header => SecretNames.Any(name => header.Key.IndexOf(name, StringComparison.OrdinalIgnoreCase) >= 0))
        .Select(header => header.Value.Substring(header.Value.Trim().LastIndexOf(' ') + 1).Trim());
}
