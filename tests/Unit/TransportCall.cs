using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using CohereShell.Transport;

namespace CohereShell.Tests;

/// <summary>Calls the transport directly, with settings that a session doesn't offer.</summary>
internal sealed class TransportCall : IDisposable
{
    private readonly HttpClient _http;
    private readonly ResilientTransport _transport;
    private readonly Uri _address;
    private readonly Operation _operation;

    public TransportCall(Uri address, Operation operation, HttpMessageHandler? handler = null, TimeSpan? window = null)
    {
        _transport = new ResilientTransport(TestSession.BaseDelay, window ?? TimeSpan.FromMinutes(1));
        _address = address;
        _operation = operation;
        _http = new HttpClient(handler ?? new SocketsHttpHandler()) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public Task<ApiReply> SendAsync(TimeSpan attemptTimeout, int retries = 5, TimeSpan? total = null)
    {
        var call = new ApiCall(_operation, () => new HttpRequestMessage(new HttpMethod(_operation.Method), _address))
        {
            TotalRequestTimeout = total ?? TimeSpan.FromMinutes(1),
            AttemptTimeout = attemptTimeout,
            MaxRetryAttempts = retries,
        };
        return _transport.SendAsync(call, _http, CancellationToken.None);
    }

    /// <summary>A call with a trial key and the specified number of texts and images.</summary>
    public Task<ApiReply> SendAsync(
        int inputs, int images, IProgress<ApiNotice> progress, CancellationToken cancellationToken, int retries = 0, TimeSpan? total = null)
    {
        var call = new ApiCall(_operation, () => new HttpRequestMessage(new HttpMethod(_operation.Method), _address))
        {
            KeyType = CohereKeyType.Trial,
            InputCount = inputs,
            ImageCount = images,
            TotalRequestTimeout = total ?? TimeSpan.FromMinutes(1),
            AttemptTimeout = TimeSpan.FromMinutes(1),
            MaxRetryAttempts = retries,
            Progress = progress,
        };
        return _transport.SendAsync(call, _http, cancellationToken);
    }

    /// <summary>Closes the transport, as disposing a session does.</summary>
    public void Close() => _transport.Dispose();

    public void Dispose()
    {
        _http.Dispose();
        Close();
    }
}
