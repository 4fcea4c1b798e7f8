namespace CohereShell;

/// <summary>What the calls of one operation with one model have cost since connecting.</summary>
public sealed class UsageRecord
{
    /// <summary>The operation.</summary>
    public string Operation { get; internal init; } = string.Empty;

    /// <summary>The model; empty for operations without one.</summary>
    public string? Model { get; internal init; }

    /// <summary>Calls made, failed ones included.</summary>
    public long Calls { get; internal init; }

    /// <summary>Calls that ended with an error.</summary>
    public long FailedCalls { get; internal init; }

    /// <summary>Requests sent again after a failure.</summary>
    public long Retries { get; internal init; }

    /// <summary>Tokens that the model read.</summary>
    public long InputTokens => Usage.InputTokens;

    /// <summary>Tokens that the model wrote.</summary>
    public long OutputTokens => Usage.OutputTokens;

    /// <summary>Tokens of prompts that came from the inference cache.</summary>
    public long CachedTokens => Usage.CachedTokens;

    /// <summary>Input tokens that are billed.</summary>
    public long BilledInputTokens => Usage.BilledInputTokens;

    /// <summary>Output tokens that are billed.</summary>
    public long BilledOutputTokens => Usage.BilledOutputTokens;

    /// <summary>Search units that are billed.</summary>
    public decimal BilledSearchUnits => Usage.BilledSearchUnits;

    /// <summary>Classifications that are billed.</summary>
    public long BilledClassifications => Usage.BilledClassifications;

    /// <summary>Images that are billed.</summary>
    public long BilledImages => Usage.BilledImages;

    /// <summary>Image tokens that are billed.</summary>
    public long BilledImageTokens => Usage.BilledImageTokens;

    /// <summary>All of it together.</summary>
    public Usage Usage { get; internal init; } = Usage.None;
}

/// <summary>Adds up what the calls of a session cost.</summary>
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

    /// <summary>What has been added up, and nothing afterwards if it is reset: no call falls between the two.</summary>
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
