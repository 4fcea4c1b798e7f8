namespace CohereShell;

/// <summary>The words of audit files that the module itself writes, in addition to those of <see cref="ErrorReason"/>.</summary>
internal static class AuditReasons
{
    /// <summary>The outcome of a call that has begun. It is replaced when the call ends.</summary>
    public const string Begun = "Begun";

    /// <summary>The outcome of a call that was refused on this computer and wasn't sent.</summary>
    public const string Denied = "Denied";

    /// <summary>The session doesn't allow the operation.</summary>
    public const string Operation = "Operation";

    /// <summary>The session doesn't allow the model.</summary>
    public const string Model = "Model";

    /// <summary>The path has more than one meaning.</summary>
    public const string Path = "Path";

    /// <summary>The query could replace the method.</summary>
    public const string Query = "Query";
}
