namespace CohereShell.Emulation;

/// <summary>The fault of a request.</summary>
internal enum Fault
{
    /// <summary>No fault.</summary>
    None,

    /// <summary>Status 429: retry immediately or after a second.</summary>
    TooManyRequests,

    /// <summary>Status 500.</summary>
    InternalError,

    /// <summary>Status 503, with or without Retry-After.</summary>
    Unavailable,

    /// <summary>The connection is reset before the body is read. The request isn't processed.</summary>
    ResetBeforeBody,

    /// <summary>The connection is reset instead of a response. The request was processed.</summary>
    ResetAfterBody,

    /// <summary>The request is processed, but no response is sent.</summary>
    Stall,

    /// <summary>The response ends early.</summary>
    CutBody,
}
