using System.ComponentModel;
using System.Net.Http;

namespace CohereShell;

/// <summary>Converts the data of a server-sent event to a value; null skips the event.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="type">The type of the event; <c>message</c> if it doesn't have one.</param>
/// <param name="data">The data of the event, as UTF-8.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate T? EventParser<T>(string type, ReadOnlySpan<byte> data)
    where T : class;

/// <summary>
/// Sends calls with rate limits, timeouts and retries. It is declared here and implemented in CohereShell.Transport,
/// where the third-party libraries are. Only types of the framework and of this assembly cross the boundary.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ITransport : IDisposable
{
    /// <summary>Sends a call and retries it until there is a final response, which can have an error status.</summary>
    /// <param name="apiCall">The call.</param>
    /// <param name="http">The HTTP client for the attempts.</param>
    /// <param name="cancellationToken">Cancels the call and its delays.</param>
    /// <exception cref="TransportException">The call got no response.</exception>
    Task<ApiReply> SendAsync(ApiCall apiCall, HttpClient http, CancellationToken cancellationToken);

    /// <summary>Wraps a stream so that a read that takes too long throws a <see cref="TransportException"/>.</summary>
    /// <param name="stream">The stream. It is closed with the returned one.</param>
    /// <param name="idleTimeout">The longest pause that is allowed.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    Stream LimitSilence(Stream stream, TimeSpan idleTimeout, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the server-sent events of a stream as they arrive. Events that arrived together are returned together: no event
    /// waits, and a thousand events take a few steps instead of a thousand.
    /// </summary>
    /// <typeparam name="T">The type of an event.</typeparam>
    /// <param name="stream">The stream.</param>
    /// <param name="parser">Creates an event from its data.</param>
    /// <param name="idleTimeout">The longest pause that is allowed.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="TransportException">The pause was too long, or the stream broke.</exception>
    IAsyncEnumerable<IReadOnlyList<T>> ReadEventsAsync<T>(Stream stream, EventParser<T> parser, TimeSpan idleTimeout, CancellationToken cancellationToken)
        where T : class;
}
