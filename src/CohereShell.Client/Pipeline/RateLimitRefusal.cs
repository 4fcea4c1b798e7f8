using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CohereShell;

/// <summary>
/// What the body of a 429 says about the limit. Cohere returns the same status for a limit per minute and for the monthly
/// limit, without a header that tells them apart: <c>… limited to 10 API calls / minute.</c>
/// </summary>
internal sealed class RateLimitRefusal
{
    private const int LongestBeginning = 4096;
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private static readonly Regex PeriodPattern = new(@"(?:/|\bper)\s*(second|minute|hour|day|month)\b", Options);
    private static readonly Regex TimePattern = new(@"\b(?:in|after)\s+(\d{1,5}(?:\.\d{1,6})?)\s*(?:s|secs?|seconds?)\b", Options);
    private static readonly Regex TrialPattern = new(@"\btrial key\b", Options);

    private RateLimitRefusal(string text)
    {
        Match period = PeriodPattern.Match(text);
        string name = period.Success ? period.Groups[1].Value.ToLowerInvariant() : string.Empty;
        IsMonthly = name == "month";
        IsPerMinute = name is "minute" or "";
        IsForTrialKey = TrialPattern.IsMatch(text);
        if (TimePattern.Match(text) is { Success: true } time)
        {
            RetryAfter = TimeSpan.FromSeconds(double.Parse(time.Groups[1].Value, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Whether the limit is the monthly one. A retry is useless.</summary>
    public bool IsMonthly { get; }

    /// <summary>Whether the limit is per minute. This also applies if the message doesn't mention a period.</summary>
    public bool IsPerMinute { get; }

    /// <summary>Whether the message says that the key is a trial key.</summary>
    public bool IsForTrialKey { get; }

    /// <summary>The time to wait that the message mentions, as some gateways do.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Reads a response; null if it isn't a 429.</summary>
    public static RateLimitRefusal? Of(ApiReply? reply) => reply is not { StatusCode: 429 }
        ? null
        : new RateLimitRefusal(Encoding.UTF8.GetString(reply.Body.Slice(0, Math.Min(reply.Body.Length, LongestBeginning)).ToArray()));
}
