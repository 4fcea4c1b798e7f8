using System.Globalization;
using System.Text;

namespace CohereShell.Emulation;

/// <summary>Pages of a list; a token for where the next one begins, opaque to the client as it should be.</summary>
internal static class PageToken
{
    internal const string OrderBy = "order_by";

    internal static string Make(string list, int start) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(list + ":" + start.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Where a page begins; 0 without a token.</summary>
    /// <exception cref="EmulatorException">The token was not given out for this list.</exception>
    internal static int Start(string? token, string list, int count)
    {
        if (string.IsNullOrEmpty(token))
        {
            return 0;
        }

        string prefix = list + ":";
        try
        {
            string text = Encoding.ASCII.GetString(Convert.FromBase64String(token));
            if (text.StartsWith(prefix, StringComparison.Ordinal)
                && int.TryParse(text.Substring(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int start)
                && start <= count)
            {
                return start;
            }
        }
        catch (FormatException)
        {
            // Answered below, like any other token that was not given out here.
        }

        throw new EmulatorException(400, "invalid request: page_token is not valid.");
    }

    /// <summary>
    /// The page that a request asks for, and the token of the next one; null for the last. Batches and fine-tuned models
    /// have pages of 50, and 1000 at most.
    /// </summary>
    internal static (IReadOnlyList<T> Items, string? Next) Page<T>(EmulatorRequest request, string list, IReadOnlyList<T> all)
    {
        const int DefaultSize = 50;
        const int MaxSize = 1000;
        int size = QueryValue.Number(request, "page_size") is > 0 and { } given ? Math.Min(given, MaxSize) : DefaultSize;
        int start = Start(request.Query("page_token"), list, all.Count);
        T[] items = all.Skip(start).Take(size).ToArray();
        return (items, start + items.Length < all.Count ? Make(list, start + items.Length) : null);
    }

    /// <summary>What a request wants a list to be ordered by; of several fields the first. Without one: by creation.</summary>
    /// <exception cref="EmulatorException">It is none of the fields.</exception>
    internal static (string Field, bool IsDescending) Order(EmulatorRequest request, params string[] fields)
    {
        string[] words = (request.Query(OrderBy) ?? string.Empty).Split(',')[0].Split([' '], StringSplitOptions.RemoveEmptyEntries);
        string field = words.Length > 0 ? words[0] : "created_at";
        bool isDescending = words.Length > 1 && words[1] == "desc";
        return fields.Contains(field, StringComparer.Ordinal) && words.Length <= 2 && (words.Length < 2 || words[1] is "asc" or "desc")
            ? (field, isDescending)
            : throw new EmulatorException(400, $"invalid request: {OrderBy} must be one of {string.Join(", ", fields)} - received '{request.Query(OrderBy)}'.");
    }
}
