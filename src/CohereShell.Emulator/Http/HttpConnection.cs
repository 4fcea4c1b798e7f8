using System.Net.Sockets;

namespace CohereShell.Emulation;

/// <summary>
/// The connection of a client. It handles requests one after the other, and performs the faults that affect the
/// connection.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private static readonly TimeSpan StallTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(1);
    private readonly Socket _socket;
    private readonly IHttpService _service;
    private readonly HttpRequestReader _reader;
    private readonly HttpResponseWriter _writer;
    private readonly CancellationToken _stopping;

    internal HttpConnection(Socket socket, IHttpService service, CancellationToken stopping)
    {
        _socket = socket;
        _service = service;
        _stopping = stopping;
        _reader = new HttpRequestReader(socket);
        _writer = new HttpResponseWriter(socket);
    }

    /// <summary>Closes the socket, which ends everything that waits for it.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _writer.Dispose();
    }

    /// <summary>Handles requests until the client or the server closes the connection.</summary>
    internal async Task RunAsync()
    {
        try
        {
            _socket.NoDelay = true;
            while (await ServeAsync().ConfigureAwait(false))
            {
            }
        }
        catch (HttpFormatException error)
        {
            await RefuseAsync(error).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client disconnected or the server is stopping, so there is no one to report the error to.
        }
        finally
        {
            Dispose();
        }
    }

    private async Task<bool> ServeAsync()
    {
        HttpRequestHead? head = await _reader.ReadHeadAsync().ConfigureAwait(false);
        if (head is null)
        {
            return false;
        }

        // Before anything is stored for it.
        if (head.ContentLength > UploadBody.MaxBytes)
        {
            throw HttpRequestReader.BodyTooLarge();
        }

        FaultChoice fault = _service.Begin();
        if (fault.Fault == Fault.ResetBeforeBody)
        {
            return Reset();
        }

        using UploadBody? upload = _service.BeginUpload(head.Method, head.Target);
        if (head.ExpectsContinue && !_reader.HasBytes && head.ContentLength <= (upload is null ? HttpRequestReader.MaxBodyBytes : UploadBody.MaxBytes))
        {
            await _writer.WriteContinueAsync().ConfigureAwait(false);
        }

        byte[] body = [];
        if (upload is null)
        {
            body = await _reader.ReadBodyAsync(head).ConfigureAwait(false);
        }
        else
        {
            await _reader.ReadBodyAsync(head, upload).ConfigureAwait(false);
        }

        var request = new EmulatorRequest(head.Method, head.Target, head.Headers, body) { Upload = upload };
        return await AnswerAsync(head, request, fault).ConfigureAwait(false);
    }

    private async Task<bool> AnswerAsync(HttpRequestHead head, EmulatorRequest request, FaultChoice fault)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
        Task<EmulatorResponse> answering = _service.AnswerAsync(request, fault, gone.Token);
        if (!answering.IsCompleted)
        {
            Watch(gone);
        }

        EmulatorResponse response = await answering.ConfigureAwait(false);
        switch (fault.Fault)
        {
            case Fault.ResetAfterBody:
                return Reset();
            case Fault.Stall:
                Watch(gone);
                await Task.Delay(StallTime, gone.Token).ConfigureAwait(false);
                await CloseAsync().ConfigureAwait(false);
                return false;
        }

        bool isCut = fault.Fault == Fault.CutBody;
        bool keepAlive = head.KeepAlive && !isCut;
        if (response.Events is null)
        {
            await _writer.WriteAsync(response, head.KeepAlive, isCut).ConfigureAwait(false);
        }
        else
        {
            await StreamAsync(head, response, isCut, gone).ConfigureAwait(false);
        }

        if (!keepAlive)
        {
            await CloseAsync().ConfigureAwait(false);
        }

        return keepAlive;
    }

    private async Task StreamAsync(HttpRequestHead head, EmulatorResponse response, bool isCut, CancellationTokenSource gone)
    {
        bool isChunked = !head.IsVersion10 && response.Length is null;
        await _writer.WriteStreamHeadAsync(response, head.KeepAlive, isChunked).ConfigureAwait(false);
        if (response.EventPause > TimeSpan.Zero)
        {
            Watch(gone);
        }

        foreach (StreamPart part in StreamPart.Of(response.Events!, isCut))
        {
            if (response.EventPause > TimeSpan.Zero)
            {
                await Task.Delay(response.EventPause, gone.Token).ConfigureAwait(false);
            }

            await _writer.WriteEventAsync(part, isChunked).ConfigureAwait(false);
        }

        if (isChunked && !isCut)
        {
            await _writer.WriteLastChunkAsync().ConfigureAwait(false);
        }
    }

    // Cancels the work when the client disconnects. It isn't awaited, because it ends with the connection or with the
    // client's next bytes.
    private void Watch(CancellationTokenSource gone) => _ = CancelWhenGoneAsync(gone);

    private async Task CancelWhenGoneAsync(CancellationTokenSource gone)
    {
        if (!await _reader.WatchAsync().ConfigureAwait(false))
        {
            return;
        }

        try
        {
            gone.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The response was sent before the client disconnected.
        }
    }

    // Without linger time, the system sends a reset instead of closing normally.
    private bool Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
        return false;
    }

    private async Task RefuseAsync(HttpFormatException error)
    {
        try
        {
            await _writer.WriteAsync(EmulatorResponse.Error(error.Status, null, error.Message), keepAlive: false).ConfigureAwait(false);
            await CloseAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client didn't wait for the response.
        }
    }

    // Closing with unread bytes or during a read would send a reset, and the client could lose the response. So the
    // server shuts down its side first, and waits briefly for the client to close.
    private async Task CloseAsync()
    {
        _socket.Shutdown(SocketShutdown.Send);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
        limit.CancelAfter(LingerTime);
        using (limit.Token.Register(Dispose))
        {
            await _reader.DiscardAsync().ConfigureAwait(false);
        }
    }
}
