using System.ComponentModel;
using System.Net.Http;

namespace CohereShell;

/// <summary>Turns the data of one server-sent event into a value; null skips the event.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="data">The event's data, UTF-8.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate T? EventParser<T>(ReadOnlySpan<byte> data)
    where T : class;

/// <summary>
/// Sends calls with rate limits, timeouts and retries. Declared here and implemented in CohereShell.Transport, where
/// the third-party libraries are: only framework types and types of this assembly cross it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ITransport : IDisposable
{
    /// <summary>Sends a call until it is answered for good. A status that is no success is an answer too.</summary>
    /// <param name="apiCall">The call.</param>
    /// <param name="http">What the attempts go through.</param>
    /// <param name="cancellationToken">Ends the call and every wait in it.</param>
    /// <exception cref="TransportException">No answer came.</exception>
    Task<ApiReply> SendAsync(ApiCall apiCall, HttpClient http, CancellationToken cancellationToken);

    /// <summary>Makes a stream give up when a read waits too long, with a <see cref="TransportException"/>.</summary>
    /// <param name="stream">The stream; it is closed with the one that comes back.</param>
    /// <param name="idleTimeout">How long the stream may be silent.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Stream LimitSilence(Stream stream, TimeSpan idleTimeout, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the server-sent events of a stream as they arrive. Events that arrived together are handed out together:
    /// no event waits, and a thousand of them cost a few steps instead of a thousand.
    /// </summary>
    /// <typeparam name="T">The type of an event.</typeparam>
    /// <param name="stream">The stream.</param>
    /// <param name="parser">Makes an event from its data.</param>
    /// <param name="idleTimeout">How long the stream may be silent.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="TransportException">The stream was silent for too long, or broke.</exception>
    IAsyncEnumerable<IReadOnlyList<T>> ReadEventsAsync<T>(Stream stream, EventParser<T> parser, TimeSpan idleTimeout, CancellationToken cancellationToken)
        where T : class;
}
