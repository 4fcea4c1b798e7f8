using System.Collections.Concurrent;

namespace CohereShell;

/// <summary>
/// The monthly limits that the session has reached. Calls that a limit applies to aren't sent until the next month, or
/// until the session has another key.
/// </summary>
internal sealed class MonthlyLimits
{
    private readonly ConcurrentDictionary<(string? Key, string Scope), int> _reached = new();

    private static int Month => (DateTime.UtcNow.Year * 12) + DateTime.UtcNow.Month;

    /// <summary>Notes that the server refused a call because of a monthly limit.</summary>
    public void Add(string? key, ApiRequest request, bool isTrialKey) =>
        // A trial key has one limit for all calls. With a production key, some models have a limit.
        _reached[(key, isTrialKey ? string.Empty : ScopeOf(request))] = Month;

    public bool Refuses(string? key, ApiRequest request) =>
        !_reached.IsEmpty && (IsReached((key, string.Empty)) || IsReached((key, ScopeOf(request))));

    private bool IsReached((string?, string) limit) => _reached.TryGetValue(limit, out int month) && month == Month;

    private static string ScopeOf(ApiRequest request) => request.Operation.Name + ' ' + request.Model;
}
