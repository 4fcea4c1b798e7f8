using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Tests;

/// <summary>Answers a request, correctly or with a fault.</summary>
/// <param name="exchange">The request and its connection.</param>
internal delegate Task Behaviour(FaultExchange exchange);

/// <summary>
/// An HTTP/1.1 server on a raw socket, which can do what server libraries don't allow: truncate bodies, reset connections
/// and stop sending. It records every request and the time when a client closes the connection.
/// </summary>
internal sealed class FaultServer : IDisposable
{
    private static readonly ConcurrentBag<Socket> ClosedPorts = [];

    // Requests that are sent at the same time may arrive in any order. A delay makes every order likely, and shows the tests
    // that rely on one.
    private static readonly int MostDelayMs = int.Parse(Environment.GetEnvironmentVariable("REQUEST_DELAY_MS") ?? "0", CultureInfo.InvariantCulture);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Behaviour _script;
    private readonly ConcurrentQueue<FaultExchange> _exchanges = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private int _connections;
    private int _connectionsToReset;

    /// <summary>Uses a behavior for each request in order. The last one is used for all further requests.</summary>
    public FaultServer(params Behaviour[] behaviours)
        : this(InTurn(behaviours))
    {
    }

    /// <summary>Chooses a behavior for each request.</summary>
    public FaultServer(Func<FaultExchange, Behaviour> choose)
        : this(exchange => choose(exchange)(exchange))
    {
    }

    private FaultServer(Behaviour script)
    {
        _script = script;
        _listener.Start(512);
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>The requests so far, in order.</summary>
    public IReadOnlyList<FaultExchange> Requests => _exchanges.ToArray();

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>
    /// The address of a port that no server listens on. The port stays taken until the process ends, so that no other server gets it.
    /// </summary>
    public static Uri ClosedAddress()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        ClosedPorts.Add(socket);
        return new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}");
    }

    /// <summary>Resets the next connections before reading from them.</summary>
    public void ResetConnections(int count) => Volatile.Write(ref _connectionsToReset, count);

    /// <summary>Waits until the specified number of requests have been read.</summary>
    public async Task<FaultExchange> RequestAsync(int number = 1)
    {
        using var patience = new CancellationTokenSource(Hang.Limit);
        while (_exchanges.Count < number)
        {
            await _arrived.WaitAsync(patience.Token);
        }

        return _exchanges.ElementAt(number - 1);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Stop();
        foreach (FaultExchange exchange in _exchanges)
        {
            exchange.Close();
        }
    }

    private static Behaviour InTurn(Behaviour[] behaviours)
    {
        int next = -1;
        return exchange => behaviours[Math.Min(Interlocked.Increment(ref next), behaviours.Length - 1)](exchange);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stopping.Token);
                Interlocked.Increment(ref _connections);
                if (Interlocked.Decrement(ref _connectionsToReset) >= 0)
                {
                    socket.Close(0);
                    continue;
                }

                _ = ServeAsync(socket);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        try
        {
            while (await FaultExchange.ReadAsync(socket, _stopping.Token) is { } exchange)
            {
                if (MostDelayMs > 0)
                {
                    await Task.Delay(Random.Shared.Next(MostDelayMs + 1), _stopping.Token);
                }

                _exchanges.Enqueue(exchange);
                _arrived.Release();
                await _script(exchange);
                if (exchange.IsClosed)
                {
                    return;
                }

                await exchange.NextOrClosed;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // The client has closed the connection, or the test is over.
        }
        finally
        {
            socket.Dispose();
        }
    }
}
