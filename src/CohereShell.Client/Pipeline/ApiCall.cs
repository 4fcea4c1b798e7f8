using System.ComponentModel;
using System.Net.Http;

namespace CohereShell;

/// <summary>A call as the transport sees it. The options have the names of Microsoft.Extensions.Http.Resilience.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ApiCall
{
    internal ApiCall(Operation operation, Func<HttpRequestMessage> createRequest)
    {
        Operation = operation;
        CreateRequest = createRequest;
    }

    /// <summary>The operation to call.</summary>
    public Operation Operation { get; }

    /// <summary>Creates the HTTP message. It is called again for each attempt.</summary>
    public Func<HttpRequestMessage> CreateRequest { get; }

    /// <summary>Whether a file is downloaded from a signed address. It isn't an operation of the API and has no path there.</summary>
    internal bool IsDownload => Operation.Path == "/";

    /// <summary>What the call belongs to: the same object for all that is sent for a request.</summary>
    internal object? Source { get; init; }

    /// <summary>The path without the query, for messages; null if only the operation is known.</summary>
    internal string? Path { get; init; }

    /// <summary>The model, if the rate limits are per model.</summary>
    public string? Model { get; internal init; }

    /// <summary>The number of texts in the call.</summary>
    public int InputCount { get; internal init; }

    /// <summary>The number of images in the call.</summary>
    public int ImageCount { get; internal init; }

    /// <summary>The type of key whose rate limits are kept by the client; null keeps none.</summary>
    public CohereKeyType? KeyType { get; internal init; }

    /// <summary>Whether the body is returned as a stream. The timeouts then apply only until the headers arrive.</summary>
    public bool IsStream { get; internal init; }

    /// <summary>The timeout for all attempts and the delays between them.</summary>
    public TimeSpan TotalRequestTimeout { get; internal init; }

    /// <summary>The timeout of an attempt.</summary>
    public TimeSpan AttemptTimeout { get; internal init; }

    /// <summary>The maximum number of retries.</summary>
    public int MaxRetryAttempts { get; internal init; }

    /// <summary>The number of attempts so far. It is kept here because a cancelled call doesn't return anything.</summary>
    public int Attempts { get; internal set; }

    /// <summary>Receives a notice of each delay and retry.</summary>
    public IProgress<ApiNotice>? Progress { get; internal init; }

    internal ApiNotice Notice(ApiNoticeKind kind, TimeSpan delay, string message) => new(kind, Operation, delay, message) { Call = Source ?? this };
}
