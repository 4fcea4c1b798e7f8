namespace CohereShell;

/// <summary>
/// The characters that a header can contain. The runtimes treat other characters differently: they drop them, send them,
/// or fail while sending. The messages here never repeat a value because it can be a secret.
/// </summary>
internal static class HeaderRules
{
    private const string Punctuation = "!#$%&'*+-.^_`|~";

    private static readonly string[] SecretNames = ["auth", "cookie", "key", "password", "secret", "token"];

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
