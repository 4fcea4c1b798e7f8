using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CohereShell.Emulation;

/// <summary>
/// A small HTTP/1.1 server on a loopback socket. PowerShell doesn't include Kestrel, and HttpListener needs permissions
/// on Windows. Neither of them can break connections in the ways that faults require.
/// </summary>
internal sealed class HttpServer : IDisposable
{
    private const int Backlog = 512;
    private readonly TcpListener _listener;
    private readonly IHttpService _service;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<HttpConnection, bool> _connections = new();
    private int _stopped;

    internal HttpServer(int port, IHttpService service)
    {
        _service = service;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start(Backlog);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = Task.Run(AcceptAsync);
    }

    internal int Port { get; }

    internal bool IsRunning => Volatile.Read(ref _stopped) == 0;

    internal int OpenConnections => _connections.Count;

    /// <summary>Closes the listener and all connections immediately.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
        {
            return;
        }

        _listener.Stop();
        _stopping.Cancel();
        foreach (HttpConnection connection in _connections.Keys)
        {
            connection.Dispose();
        }

        // Not disposed, because connections that are ending can still use it. It holds no handle.
    }

    private async Task AcceptAsync()
    {
        while (IsRunning)
        {
            try
            {
                Socket socket = await _listener.AcceptSocketAsync().ConfigureAwait(false);
                _ = Task.Run(() => ServeAsync(socket));
            }
            catch (SocketException) when (IsRunning)
            {
                // The client disconnected before its connection was accepted. The server continues.
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = new HttpConnection(socket, _service, _stopping.Token);
        _connections[connection] = true;
        if (IsRunning)
        {
            await connection.RunAsync().ConfigureAwait(false);
        }

        _connections.TryRemove(connection, out _);
    }
}
