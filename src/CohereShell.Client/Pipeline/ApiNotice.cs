using System.ComponentModel;

namespace CohereShell;

/// <summary>The kind of a notice about a running call.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum ApiNoticeKind
{
    /// <summary>An attempt failed and is retried after a delay.</summary>
    Retry,

    /// <summary>The rate limit of the key is reached.</summary>
    RateLimit,

    /// <summary>The server asked this session to slow down.</summary>
    Pause,

    /// <summary>The call has ended.</summary>
    Completed,

    /// <summary>The server returned a warning, for example about a deprecation.</summary>
    Warning,
}

/// <summary>A notice about a running call.</summary>
/// <param name="Kind">The kind of the notice.</param>
/// <param name="Operation">The operation that is called.</param>
/// <param name="Delay">The delay; zero if there isn't one, or if it isn't known.</param>
/// <param name="Message">The notice as a sentence.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record ApiNotice(ApiNoticeKind Kind, Operation Operation, TimeSpan Delay, string Message)
{
    /// <summary>An object that is the same in all notices about a call, because several calls can run; null if there is only one.</summary>
    public object? Call { get; init; }
}
