namespace CohereShell.Emulation;

/// <summary>What can go wrong with a request.</summary>
internal enum Fault
{
    /// <summary>Nothing does.</summary>
    None,

    /// <summary>429: try again, at once or in a second.</summary>
    TooManyRequests,

    /// <summary>500.</summary>
    InternalError,

    /// <summary>503, with or without a time to come back.</summary>
    Unavailable,

    /// <summary>The connection is reset before the body is read: the request was not carried out.</summary>
    ResetBeforeBody,

    /// <summary>The connection is reset in place of an answer: the request was carried out.</summary>
    ResetAfterBody,

    /// <summary>The request is carried out and no answer comes.</summary>
    Stall,

    /// <summary>The answer ends in the middle.</summary>
    CutBody,
}
