using System.Collections.Concurrent;

namespace CohereShell;

/// <summary>
/// The calls of an operation that a trial key has left, as the service returned them with its latest answer.
/// </summary>
public sealed class TrialCallCount
{
    /// <summary>The name of the operation.</summary>
    public string Operation { get; internal init; } = string.Empty;

    /// <summary>The model; null if the operation doesn't have separate limits for each model.</summary>
    public string? Model { get; internal init; }

    /// <summary>The limit per minute.</summary>
    public int? Limit { get; internal init; }

    /// <summary>The calls left in the minute of the answer.</summary>
    public int? Remaining { get; internal init; }

    /// <summary>The limit per month.</summary>
    public int? MonthlyLimit { get; internal init; }

    /// <summary>When the answer arrived.</summary>
    public DateTimeOffset At { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{(Model is null ? Operation : Operation + ' ' + Model)}: {(object?)Remaining ?? "?"} of {(object?)Limit ?? "?"} left at {At:HH:mm:ss}");
}

/// <summary>What the service's answers say about the key. It applies until the session has another key.</summary>
internal sealed class TrialKey
{
    private readonly ConcurrentDictionary<(string Operation, string? Model), TrialCallCount> _counts = new();
    private volatile string? _key;

    /// <summary>Whether answers said that this key is a trial key.</summary>
    public bool IsKnownFor(string? key) => key is not null && _key == key;

    /// <summary>The latest counts, by operation and model.</summary>
    public TrialCallCount[] CountsFor(string? key) => !IsKnownFor(key)
        ? []
        : _counts.Values
            .OrderBy(count => count.Operation, StringComparer.Ordinal)
            .ThenBy(count => count.Model, StringComparer.Ordinal)
            .ToArray();

    /// <summary>Reads the headers of an answer, and the message of a 429.</summary>
    public void Learn(string? key, ApiReply reply, ApiRequest request)
    {
        if (key is null || (!reply.IsForTrialKey && RateLimitRefusal.Of(reply) is not { IsForTrialKey: true }))
        {
            return;
        }

        if (_key != key)
        {
            _counts.Clear();
            _key = key;
        }

        if (reply.IsForTrialKey)
        {
            string? model = request.Operation.IsLimitedPerModel ? request.Model : null;
            _counts[(request.Operation.Name, model)] = new TrialCallCount
            {
                Operation = request.Operation.Name,
                Model = model,
                Limit = reply.TrialCallLimit,
                Remaining = reply.TrialCallsRemaining,
                MonthlyLimit = reply.MonthlyCallLimit,
                At = DateTimeOffset.Now,
            };
        }
    }
}
