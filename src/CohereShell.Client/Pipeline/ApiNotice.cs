using System.ComponentModel;

namespace CohereShell;

/// <summary>What there is to say about a call while it runs.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum ApiNoticeKind
{
    /// <summary>An attempt failed and is repeated after a wait.</summary>
    Retry,

    /// <summary>The limit per minute of the key is used up.</summary>
    RateLimit,

    /// <summary>The server has told this session to slow down.</summary>
    Pause,

    /// <summary>The call has been answered.</summary>
    Completed,

    /// <summary>The server warns, of a deprecation for example.</summary>
    Warning,
}

/// <summary>Something to say about a call while it runs.</summary>
/// <param name="Kind">What.</param>
/// <param name="Operation">What is called.</param>
/// <param name="Delay">How long it waits; zero where it does not, or nobody knows.</param>
/// <param name="Message">The same in a sentence.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record ApiNotice(ApiNoticeKind Kind, Operation Operation, TimeSpan Delay, string Message);
