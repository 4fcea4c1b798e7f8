using System.ComponentModel;

namespace CohereShell;

/// <summary>The response to a call: what the module needs of an HTTP response, and nothing that could show the request.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ApiReply : IDisposable
{
    private readonly IDisposable? _owner;
    private readonly ReadOnlyMemory<byte> _received;
    private ReadOnlyMemory<byte>? _body;

    /// <summary>Creates the response.</summary>
    /// <param name="statusCode">The HTTP status.</param>
    /// <param name="body">The body; empty if it is returned as a stream.</param>
    /// <param name="stream">The body as a stream.</param>
    /// <param name="owner">An object to dispose with the response.</param>
    public ApiReply(int statusCode, ReadOnlyMemory<byte> body, Stream? stream = null, IDisposable? owner = null)
    {
        StatusCode = statusCode;
        _received = body;
        Stream = stream;
        _owner = owner;
    }

    /// <summary>The HTTP status.</summary>
    public int StatusCode { get; }

    /// <summary>Whether the status is 2xx.</summary>
    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>
    /// The whole body as UTF-8. What can't be read in it is replaced, so that a reader doesn't fail later. Its memory is used
    /// again once the response is disposed, so don't keep it.
    /// </summary>
    public ReadOnlyMemory<byte> Body => _body ??= JsonText.Clean(_received, CharSet);

    /// <summary>The body of a call for a stream.</summary>
    public Stream? Stream { get; }

    /// <summary>The media type of the body, in lower case.</summary>
    public string? MediaType { get; init; }

    /// <summary>The encoding of the body that the server names; null if it doesn't.</summary>
    public string? CharSet { get; init; }

    /// <summary>The value of a <c>Location</c> header.</summary>
    public string? Location { get; init; }

    /// <summary>The id of the request in Cohere's logs.</summary>
    public string? RequestId { get; init; }

    /// <summary>The text of an <c>X-API-Warning</c> header.</summary>
    public string? Warning { get; init; }

    /// <summary>
    /// How long to wait before the next request: the time that the server asks for, or the rest of the minute after a 429
    /// that doesn't contain a time.
    /// </summary>
    public TimeSpan? RetryAfter { get; set; }

    /// <summary>The monthly limit of calls, which only answers to trial keys contain.</summary>
    public int? MonthlyCallLimit { get; init; }

    /// <summary>The limit of calls per minute, which only answers to trial keys contain.</summary>
    public int? TrialCallLimit { get; init; }

    /// <summary>The calls left in the minute, which only answers to trial keys contain.</summary>
    public int? TrialCallsRemaining { get; init; }

    /// <summary>Whether a header of the answer is one that only trial keys get.</summary>
    internal bool IsForTrialKey => (MonthlyCallLimit ?? TrialCallLimit ?? TrialCallsRemaining) is not null;

    /// <summary>The length of the body in bytes; null if the server doesn't report it.</summary>
    public long? Length { get; init; }

    /// <summary>Where the body starts in the file that it is a part of; null if it isn't a part.</summary>
    public long? RangeStart { get; init; }

    /// <summary>Identifies the version of a file, for a request that continues a download.</summary>
    public string? EntityTag { get; init; }

    /// <summary>The number of times the call was sent.</summary>
    public int Attempts { get; set; } = 1;

    /// <inheritdoc/>
    public void Dispose()
    {
        _owner?.Dispose();
        Stream?.Dispose();
    }
}
