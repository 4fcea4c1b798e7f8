namespace CohereShell;

/// <summary>
/// What a header can hold. The runtimes differ in what they do with the rest: they drop it, send it, or fail when the
/// request is under way. No message here repeats a value, which may be a secret.
/// </summary>
internal static class HeaderRules
{
    private const string Punctuation = "!#$%&'*+-.^_`|~";

    private static readonly string[] SecretNames = ["auth", "cookie", "key", "password", "secret", "token"];

    /// <summary>Refuses headers that cannot be sent.</summary>
    /// <exception cref="ArgumentException">A name or a value cannot be sent.</exception>
    public static void Check(IReadOnlyDictionary<string, string>? headers)
    {
        foreach (KeyValuePair<string, string> header in headers ?? new Dictionary<string, string>())
        {
            if (!IsToken(header.Key))
            {
                throw new ArgumentException($"'{new string(header.Key.Where(char.IsLetterOrDigit).ToArray())}…' is not the name of a header: letters, digits and hyphens.", nameof(headers));
            }

            CheckValue($"The value of the header {header.Key}", header.Value);
        }
    }

    /// <summary>Refuses a text that no header can hold.</summary>
    /// <exception cref="ArgumentException">There are line breaks, control characters or letters beyond ASCII in it.</exception>
    public static void CheckValue(string what, string? value)
    {
        if (!CanHold(value))
        {
            throw new ArgumentException($"{what} holds line breaks, control characters or letters beyond ASCII, which cannot be sent.");
        }
    }

    public static bool CanHold(string? value) => value is null || value.All(character => character is >= ' ' and <= '~' or '\t');

    /// <summary>Names of methods and headers: RFC 9110, 5.6.2.</summary>
    public static bool IsToken(string text) =>
        text.Length > 0 && text.All(character => character is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' || Punctuation.IndexOf(character) >= 0);

    /// <summary>The values that must not be shown: those of headers whose name says so, without the scheme in front.</summary>
    public static IEnumerable<string> SecretsIn(IReadOnlyDictionary<string, string> headers) => headers
        .Where(header => SecretNames.Any(name => header.Key.IndexOf(name, StringComparison.OrdinalIgnoreCase) >= 0))
        .Select(header => header.Value.Substring(header.Value.Trim().LastIndexOf(' ') + 1).Trim());
}
