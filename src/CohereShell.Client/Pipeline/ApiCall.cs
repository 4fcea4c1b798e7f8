using System.ComponentModel;
using System.Net.Http;

namespace CohereShell;

/// <summary>One call as the transport sees it. Option names are those of Microsoft.Extensions.Http.Resilience.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ApiCall
{
    internal ApiCall(Operation operation, Func<HttpRequestMessage> createRequest)
    {
        Operation = operation;
        CreateRequest = createRequest;
    }

    /// <summary>What is called.</summary>
    public Operation Operation { get; }

    /// <summary>Builds the message; called anew for each attempt.</summary>
    public Func<HttpRequestMessage> CreateRequest { get; }

    /// <summary>The model, where limits hold per model.</summary>
    public string? Model { get; internal init; }

    /// <summary>How many texts the call holds.</summary>
    public int InputCount { get; internal init; }

    /// <summary>How many images the call holds.</summary>
    public int ImageCount { get; internal init; }

    /// <summary>Whose limits per minute are kept on this side; null keeps none.</summary>
    public CohereKeyType? KeyType { get; internal init; }

    /// <summary>Whether the body is handed out as a stream, and timeouts guard the headers only.</summary>
    public bool IsStream { get; internal init; }

    /// <summary>The time for all attempts and the waits between them.</summary>
    public TimeSpan TotalRequestTimeout { get; internal init; }

    /// <summary>The time for one attempt.</summary>
    public TimeSpan AttemptTimeout { get; internal init; }

    /// <summary>How often a failed attempt is repeated.</summary>
    public int MaxRetryAttempts { get; internal init; }

    /// <summary>How often it has been sent; kept here because a call that is cancelled gives nothing back.</summary>
    public int Attempts { get; internal set; }

    /// <summary>Is told of every wait and retry.</summary>
    public IProgress<ApiNotice>? Progress { get; internal init; }
}
