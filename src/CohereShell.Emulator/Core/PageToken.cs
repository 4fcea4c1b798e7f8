using System.Globalization;
using System.Text;

namespace CohereShell.Emulation;

/// <summary>Splits a list into pages. A page's token is opaque to the client.</summary>
internal static class PageToken
{
    internal const string OrderBy = "order_by";

    internal static string Make(string list, int start) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(list + ":" + start.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The index where a page begins. 0 without a token.</summary>
    /// <exception cref="EmulatorException">The token isn't from this list.</exception>
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
            // The exception below covers this case too.
        }

        throw new EmulatorException(400, "invalid request: page_token is not valid.");
    }

    /// <summary>
    /// The requested page and the token of the next page. The token of the last page is null. Batches and fine-tuned
    /// models have 50 items per page by default, and at most 1000.
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

    /// <summary>
    /// The requested order of a list. If there are several fields, the first one. The default is the time of creation.
    /// </summary>
    /// <exception cref="EmulatorException">The field isn't one of the allowed fields.</exception>
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
