using System.ComponentModel;

namespace CohereShell;

/// <summary>The answer to a call: what the module needs of an HTTP response, and nothing that could show the request.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ApiReply : IDisposable
{
    private readonly IDisposable? _owner;

    /// <summary>Creates the answer.</summary>
    /// <param name="statusCode">The HTTP status.</param>
    /// <param name="body">The body; empty where it is handed out as a stream.</param>
    /// <param name="stream">The body as a stream.</param>
    /// <param name="owner">What is disposed with the answer.</param>
    public ApiReply(int statusCode, ReadOnlyMemory<byte> body, Stream? stream = null, IDisposable? owner = null)
    {
        StatusCode = statusCode;
        Body = body;
        Stream = stream;
        _owner = owner;
    }

    /// <summary>The HTTP status.</summary>
    public int StatusCode { get; }

    /// <summary>Whether the status is 2xx.</summary>
    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>The body, read to its end. Its memory is used again once the answer is disposed: nothing may keep it.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The body of a call for a stream.</summary>
    public Stream? Stream { get; }

    /// <summary>The media type of the body, in lower case.</summary>
    public string? MediaType { get; init; }

    /// <summary>The value of a <c>Location</c> header.</summary>
    public string? Location { get; init; }

    /// <summary>The id of the request in Cohere's logs.</summary>
    public string? RequestId { get; init; }

    /// <summary>The text of an <c>X-API-Warning</c> header.</summary>
    public string? Warning { get; init; }

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How long the body is; null where the server does not say.</summary>
    public long? Length { get; init; }

    /// <summary>Where the body begins in a file of which it is a part; null where it is no part.</summary>
    public long? RangeStart { get; init; }

    /// <summary>What tells the version of a file, for a request that goes on with it.</summary>
    public string? EntityTag { get; init; }

    /// <summary>How often the call was sent.</summary>
    public int Attempts { get; set; } = 1;

    /// <inheritdoc/>
    public void Dispose()
    {
        _owner?.Dispose();
        Stream?.Dispose();
    }
}
