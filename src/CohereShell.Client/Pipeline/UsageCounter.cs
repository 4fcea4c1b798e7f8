namespace CohereShell;

/// <summary>The cost of the calls of one operation with one model since the session was opened.</summary>
public sealed class UsageRecord
{
    /// <summary>The name of the operation.</summary>
    public string Operation { get; internal init; } = string.Empty;

    /// <summary>The model; null for operations without one.</summary>
    public string? Model { get; internal init; }

    /// <summary>The local day of the calls; null unless the usage is grouped by day.</summary>
    public DateTime? Day { get; internal init; }

    /// <summary>The first day of the month of the calls; null unless the usage is grouped by month.</summary>
    public DateTime? Month { get; internal init; }

    /// <summary>The client name of the sessions; null unless the usage is grouped by it.</summary>
    public string? ClientName { get; internal init; }

    /// <summary>The user who made the calls; null unless the usage is grouped by user.</summary>
    public string? User { get; internal init; }

    /// <summary>The computer that made the calls; null unless the usage is grouped by computer.</summary>
    public string? Computer { get; internal init; }

    /// <summary>The id of the session; null unless the usage is grouped by session.</summary>
    public string? SessionId { get; internal init; }

    /// <summary>The values that the usage is grouped by, as text; <c>Total</c> for the total.</summary>
    public string? Group { get; internal init; }

    /// <summary>
    /// The cost in US dollars, from list prices or from your own; null if no price is known. Calls without a price aren't
    /// part of it: see <see cref="UnpricedCalls"/>.
    /// </summary>
    public decimal? Cost { get; internal init; }

    /// <summary>The number of calls that may cost money and whose cost isn't known.</summary>
    public long UnpricedCalls { get; internal init; }

    /// <summary>The number of calls, including failed ones.</summary>
    public long Calls { get; internal init; }

    /// <summary>The number of calls that failed.</summary>
    public long FailedCalls { get; internal init; }

    /// <summary>The number of retries.</summary>
    public long Retries { get; internal init; }

    /// <summary>The number of tokens that the model read.</summary>
    public long InputTokens => Usage.InputTokens;

    /// <summary>The number of tokens that the model generated.</summary>
    public long OutputTokens => Usage.OutputTokens;

    /// <summary>The number of tokens that the model generated for its thoughts.</summary>
    public long ReasoningTokens => Usage.ReasoningTokens;

    /// <summary>The number of tokens of images that the model read.</summary>
    public long ImageTokens => Usage.ImageTokens;

    /// <summary>The number of prompt tokens that came from the inference cache.</summary>
    public long CachedTokens => Usage.CachedTokens;

    /// <summary>The number of billed input tokens.</summary>
    public long BilledInputTokens => Usage.BilledInputTokens;

    /// <summary>The number of billed output tokens.</summary>
    public long BilledOutputTokens => Usage.BilledOutputTokens;

    /// <summary>The number of billed search units.</summary>
    public decimal BilledSearchUnits => Usage.BilledSearchUnits;

    /// <summary>The number of billed classifications.</summary>
    public long BilledClassifications => Usage.BilledClassifications;

    /// <summary>The number of billed images.</summary>
    public long BilledImages => Usage.BilledImages;

    /// <summary>The number of billed image tokens.</summary>
    public long BilledImageTokens => Usage.BilledImageTokens;

    /// <summary>The number of billed pages of parsed documents.</summary>
    public long BilledPages => Usage.BilledPages;

    /// <summary>All of these numbers in one object.</summary>
    public Usage Usage { get; internal init; } = Usage.None;
}

/// <summary>Adds up the cost of the calls of a session.</summary>
internal sealed class UsageCounter
{
    private readonly Dictionary<(string Operation, string? Model), UsageRecord> _records = [];

    public void Add(Operation operation, string? model, int attempts, Usage? usage, bool failed)
    {
        lock (_records)
        {
            (string, string?) key = (operation.Name, model);
            _records.TryGetValue(key, out UsageRecord? before);
            _records[key] = new UsageRecord
            {
                Operation = operation.Name,
                Model = model,
                Calls = (before?.Calls ?? 0) + 1,
                FailedCalls = (before?.FailedCalls ?? 0) + (failed ? 1 : 0),
                Retries = (before?.Retries ?? 0) + Math.Max(0, attempts - 1),
                Usage = (before?.Usage ?? Usage.None).Plus(usage ?? Usage.None),
            };
        }
    }

    /// <summary>Returns the totals and optionally resets them. No call is lost between the two.</summary>
    public UsageRecord[] Snapshot(bool reset)
    {
        lock (_records)
        {
            UsageRecord[] records = _records.Values
                .OrderBy(record => record.Operation, StringComparer.Ordinal)
                .ThenBy(record => record.Model, StringComparer.Ordinal)
                .ToArray();
            if (reset)
            {
                _records.Clear();
            }

            return records;
        }
    }
}
