using System.Globalization;

namespace CohereShell;

/// <summary>Requests the pages of a list in the way that its operation supports.</summary>
internal sealed class Pager
{
    private const string Token = "page_token";
    private const string Offset = "offset";
    private readonly PagingStyle _style;
    private readonly Dictionary<string, string> _query;
    // Without this check, a server that repeats a token or a page would cause an endless loop.
    private readonly HashSet<string> _tokens = new(StringComparer.Ordinal);
    private readonly HashSet<string> _pages = new(StringComparer.Ordinal);

    public Pager(PagingStyle style, IReadOnlyList<KeyValuePair<string, string>> query)
    {
        _style = style;
        _query = query.ToDictionary(pair => pair.Key, pair => pair.Value);
    }

    public bool HasMore { get; private set; } = true;

    public IReadOnlyList<KeyValuePair<string, string>> Query => [.. _query];

    /// <summary>The items of a page: its list, or the page itself if it doesn't contain one.</summary>
    public IReadOnlyList<JsonElement> Turn(JsonElement page)
    {
        JsonElement[]? items = ListIn(page)?.EnumerateArray().ToArray();
        HasMore = _style == PagingStyle.Offset ? MoveOffset(items, page) : MoveToken(page);
        return items ?? [page];
    }

    private static JsonElement? ListIn(JsonElement page) => page.ValueKind switch
    {
        JsonValueKind.Array => page,
        JsonValueKind.Object => page.EnumerateObject()
            .Where(property => property.Value.ValueKind == JsonValueKind.Array)
            .Select(property => (JsonElement?)property.Value)
            .FirstOrDefault(),
        _ => null,
    };

    // Pages can be large, so only a hash of each is kept.
    private static string Fingerprint(JsonElement page) => Convert.ToBase64String(TextHash.Of(page.GetRawText()));

    private bool MoveToken(JsonElement page)
    {
        string? next = page.ValueKind == JsonValueKind.Object
            && page.TryGetProperty("next_page_token", out JsonElement token)
            && token.ValueKind == JsonValueKind.String
            ? token.GetString()
            : null;
        if (_query.TryGetValue(Token, out string? current))
        {
            _tokens.Add(current);
        }

        if (string.IsNullOrEmpty(next) || !_tokens.Add(next!))
        {
            return false;
        }

        _query[Token] = next!;
        return true;
    }

    private bool MoveOffset(JsonElement[]? items, JsonElement page)
    {
        if (items is not { Length: > 0 } || !_pages.Add(Fingerprint(page)))
        {
            return false;
        }

        int offset = _query.TryGetValue(Offset, out string? from) && int.TryParse(from, NumberStyles.Integer, CultureInfo.InvariantCulture, out int before) ? before : 0;
        _query[Offset] = (offset + items.Length).ToString(CultureInfo.InvariantCulture);
        return true;
    }
}
