using System.Globalization;
using System.Text.RegularExpressions;

namespace CohereShell.Emulation;

/// <summary>The values in a message that fit the properties of an object. Each value is used only once.</summary>
internal sealed class MessageValues(string message)
{
    private const int TextLength = 200;

    // Matches 'name is Ada', 'name: Ada', 'name "Ada Lovelace"'.
    private const string AfterName = @"\s*(?:\bis\b|\bare\b|\bof\b|\bto\b|\bcalled\b|[:=])?\s*(?:""([^""]+)""|'([^']+)'|(-?[\p{L}\p{N}][^\s,;!?""']*))";

    private static readonly Regex ProperName = new(@"(?<=[\p{L}\p{N},]\s)\p{Lu}[\p{L}\p{N}-]*(?:\s\p{Lu}[\p{L}\p{N}-]*)*", RegexOptions.CultureInvariant);
    private static readonly Regex Email = new(@"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", RegexOptions.CultureInvariant);
    private static readonly Regex Address = new(@"https?://[^\s""'<>]*[^\s""'<>.,;!?)]", RegexOptions.CultureInvariant);
    private static readonly Regex Date = new(@"\b\d{4}-\d{2}-\d{2}\b", RegexOptions.CultureInvariant);
    private static readonly Regex DateTimeText = new(@"\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})", RegexOptions.CultureInvariant);
    private static readonly string[] WholeMessage = ["query", "question", "text", "message", "prompt", "input", "content", "search"];
    private readonly List<string> _quoted = [.. Words.Quoted(message)];
    private readonly List<string> _names = [.. ProperName.Matches(message).Cast<Match>().Select(match => match.Value).Where(name => name is not ("I" or "JSON"))];
    private readonly List<string> _numbers = [.. Words.Numbers(message)];

    internal int QuotedCount => _quoted.Count;

    /// <summary>The first of these words that the message contains.</summary>
    internal string? FirstMentioned(IEnumerable<string> values) => values.FirstOrDefault(value => value.Length > 0
        && Regex.IsMatch(message, @"(?<!\w)" + Regex.Escape(value) + @"(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant));

    /// <summary>
    /// The text for a property: the text after its name, or else a quoted text, or else a name. Null if there isn't
    /// one.
    /// </summary>
    internal string? TakeText(string property)
    {
        string? named = Following(property);
        if (named is not null)
        {
            _quoted.Remove(named);
            _names.Remove(named);
            return named;
        }

        return TakeFirst(_quoted) ?? TakeFirst(_names) ?? (IsWholeMessage(property) ? Words.Shorten(message, TextLength) : null);
    }

    /// <summary>The number for a property: the number after its name, or else the first one that fits.</summary>
    internal decimal? TakeNumber(string property, Func<decimal, bool> fits)
    {
        string? named = Following(property)?.TrimEnd('.');
        foreach (string text in _numbers.OrderByDescending(number => number == named).ToArray())
        {
            if (decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number) && fits(number))
            {
                _numbers.Remove(text);
                return number;
            }
        }

        return null;
    }

    /// <summary>A text in a format of JSON Schema. Null if the format isn't supported.</summary>
    internal string? OfFormat(string? format, string property) => format switch
    {
        "date-time" => Found(DateTimeText) ?? (Found(Date) ?? "2025-01-01") + "T00:00:00Z",
        "date" => Found(Date) ?? "2025-01-01",
        "time" => "12:00:00Z",
        "duration" => "PT1H",
        "email" or "idn-email" => Found(Email) ?? "user@example.com",
        "uri" or "url" or "iri" or "uri-reference" => Found(Address) ?? "https://example.com/",
        "uuid" => StableHash.Id(property + "\n" + message),
        "hostname" => "host.example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        _ => null,
    };

    private static string? TakeFirst(List<string> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        string first = values[0];
        values.RemoveAt(0);
        return first;
    }

    private static bool IsWholeMessage(string property) => Words.Of(property).Any(word => WholeMessage.Contains(word, StringComparer.Ordinal));

    private string? Found(Regex pattern) => pattern.Match(message) is { Success: true } match ? match.Value : null;

    private string? Following(string property)
    {
        string name = string.Join(@"[\s_-]*", Words.Of(property).Select(word => Regex.Escape(word) + "s?"));
        if (name.Length == 0)
        {
            return null;
        }

        Match match = Regex.Match(message, @"(?<!\w)" + name + AfterName, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        string? value = match.Groups.Cast<Group>().Skip(1).FirstOrDefault(group => group.Success)?.Value.TrimEnd('.', ':');
        return value is { Length: > 0 } && (Words.Meaning(value).Count > 0) ? value : null;
    }
}
