using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using CohereShell.Emulation;

namespace CohereShell;

/// <summary>
/// An emulated Cohere service in this process. It replaces the network below an HttpClient, so that everything above is
/// the real code. By default, it accepts any Bearer key except <c>invalid</c>. For its settings, see <see
/// cref="CohereEmulatorOptions"/>.
/// </summary>
public sealed class CohereEmulatorHandler : HttpMessageHandler
{
    private readonly EmulatedApi _api;

    /// <summary>Creates a handler with separate limits, faults and data.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value of the options is out of range.</exception>
    public CohereEmulatorHandler(CohereEmulatorOptions options) => _api = new EmulatedApi(options);

    /// <summary>The number of requests received.</summary>
    public long RequestCount => _api.RequestCount;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request is null)
        {
            throw new ArgumentNullException(nameof(request));
        }

        if (_api.Downloads.Owns(request.RequestUri))
        {
            // A client without a network downloads files through this handler too.
            EmulatorRequest download = await ReadAsync(request, request.RequestUri!.PathAndQuery, null, cancellationToken).ConfigureAwait(false);
            return Message(request, await _api.Downloads.AnswerAsync(download, default, cancellationToken).ConfigureAwait(false), isCut: false);
        }

        FaultChoice fault = _api.Begin();
        if (fault.Fault == Fault.ResetBeforeBody)
        {
            throw Reset();
        }

        string target = request.RequestUri?.PathAndQuery ?? "/";
        using UploadBody? upload = _api.BeginUpload(request.Method.Method, target);
        EmulatorRequest asked = await ReadAsync(request, target, upload, cancellationToken).ConfigureAwait(false);
        EmulatorResponse answer = await _api.AnswerAsync(asked, fault, cancellationToken).ConfigureAwait(false);
        switch (fault.Fault)
        {
            case Fault.ResetAfterBody:
                throw Reset();
            case Fault.Stall:
                // Emulates a server that doesn't respond. Only the client's timeout or a cancellation ends the wait.
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
                break;
        }

        return Message(request, answer, isCut: fault.Fault == Fault.CutBody);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _api.Dispose();
        }

        base.Dispose(disposing);
    }

    private static async Task<EmulatorRequest> ReadAsync(
        HttpRequestMessage request, string target, UploadBody? upload, CancellationToken cancellationToken)
    {
        byte[] body = [];
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        Add(headers, request.Headers);
        if (request.Content is { } content)
        {
            Add(headers, content.Headers);
#if NET
            if (upload is not null)
            {
                await content.CopyToAsync(upload.Stream, cancellationToken).ConfigureAwait(false);
            }

            body = upload is not null ? [] : await content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
#else
            if (upload is not null)
            {
                await content.CopyToAsync(upload.Stream).ConfigureAwait(false);
            }

            body = upload is not null ? [] : await content.ReadAsByteArrayAsync().ConfigureAwait(false);
#endif
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new EmulatorRequest(request.Method.Method, target, headers, body) { Upload = upload };
    }

    private static void Add(Dictionary<string, string> to, IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers)
    {
        foreach (KeyValuePair<string, IEnumerable<string>> header in headers)
        {
            to[header.Key] = string.Join(", ", header.Value);
        }
    }

    private static HttpResponseMessage Message(HttpRequestMessage request, EmulatorResponse answer, bool isCut)
    {
        IEnumerable<byte[]> chunks = answer.Events ?? [answer.Body];
        HttpContent content = answer.Events is null && !isCut
            ? new ByteArrayContent(answer.Body)
            : new StreamContent(new EventStream(chunks, answer.EventPause, isCut));
        var message = new HttpResponseMessage((HttpStatusCode)answer.Status) { Content = content, RequestMessage = request };
        content.Headers.TryAddWithoutValidation("Content-Type", answer.ContentType);
        if (answer.Events is null)
        {
            content.Headers.ContentLength = answer.Body.Length;
        }
        else if (answer.Length is not null)
        {
            content.Headers.ContentLength = answer.Length;
        }

        foreach (KeyValuePair<string, string> header in answer.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(header.Key, header.Value))
            {
                content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        return message;
    }

    private static HttpRequestException Reset()
    {
        var socket = new SocketException((int)SocketError.ConnectionReset);
        return new HttpRequestException(
            "An error occurred while sending the request.",
            new IOException("Unable to read data from the transport connection: " + socket.Message, socket));
    }
}
