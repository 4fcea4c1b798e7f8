using System.ComponentModel;

namespace CohereShell;

/// <summary>What can be set for one call, over what the session has set.</summary>
public sealed record RequestOptions
{
    internal static readonly RequestOptions Default = new();

    /// <summary>The time for the call with all its retries; for a stream also its longest silence.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How often a failed request is sent again.</summary>
    public int? MaxRetryCount { get; init; }

    /// <summary>Headers to send with this request.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Fields to merge into the body; one that is there already is replaced.</summary>
    public IReadOnlyDictionary<string, JsonElement>? AdditionalProperties { get; init; }

    /// <summary>Is told of waits and retries.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public IProgress<ApiNotice>? Progress { get; init; }
}
