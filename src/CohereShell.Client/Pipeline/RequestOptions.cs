using System.ComponentModel;

namespace CohereShell;

/// <summary>Settings for one call, which override those of the session.</summary>
public sealed record RequestOptions
{
    internal static readonly RequestOptions Default = new();

    /// <summary>The timeout of the call, including retries. For a stream, it is also the longest pause.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The maximum number of retries of a failed request.</summary>
    public int? MaxRetryCount { get; init; }

    /// <summary>Headers to send with the request.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Fields to add to the body. Existing fields are replaced.</summary>
    public IReadOnlyDictionary<string, JsonElement>? AdditionalProperties { get; init; }

    /// <summary>The plan that gets the calls, which then aren't sent; null sends them.</summary>
    internal CallPlan? Plan { get; init; }

    /// <summary>Whether the module makes the call without being asked to, so that a refusal isn't an attempt of the user.</summary>
    internal bool IsProbe { get; init; }

    /// <summary>Receives notices of delays and retries.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public IProgress<ApiNotice>? Progress { get; init; }
}
