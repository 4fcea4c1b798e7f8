using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Tests;

/// <summary>A request that <see cref="FaultServer"/> has read, and its connection.</summary>
internal sealed class FaultExchange
{
    private readonly Socket _socket;
    private readonly CancellationToken _stopping;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _clientClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FaultExchange(Socket socket, string head, byte[] body, CancellationToken stopping)
    {
        _socket = socket;
        _stopping = stopping;
        string[] lines = head.Split("\r\n");
        string[] first = lines[0].Split(' ');
        Method = first[0];
        Target = first[1];
        Headers = lines.Skip(1)
            .Select(line => line.Split(':', 2))
            .GroupBy(pair => pair[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => string.Join(", ", group.Select(pair => pair[1].Trim())), StringComparer.OrdinalIgnoreCase);
        Body = body;
        NextOrClosed = WatchAsync();
    }

    public string Method { get; }

    /// <summary>The path and query as received.</summary>
    public string Target { get; }

    public string Path => Target.Split('?')[0];

    public IReadOnlyDictionary<string, string> Headers { get; }

    public byte[] Body { get; }

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The time when it was read, by <see cref="Stopwatch"/>.</summary>
    public long ReceivedAt { get; } = Stopwatch.GetTimestamp();

    public bool IsClosed { get; private set; }

    /// <summary>Whether the client has closed the connection.</summary>
    public bool IsClosedByClient => _clientClosed.Task.IsCompleted;

    /// <summary>Completes when the next request arrives or the client closes the connection.</summary>
    public Task NextOrClosed { get; }

    /// <summary>Completes when <see cref="EndAsync"/> has sent the end of the connection. On this computer, it has then arrived.</summary>
    public Task Ended => _ended.Task.WaitAsync(Hang.Limit, _stopping);

    /// <summary>Waits until the client closes the connection.</summary>
    public Task ClosedByClientAsync() => _clientClosed.Task.WaitAsync(Hang.Limit, _stopping);

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, _stopping)..];
        }
    }

    /// <summary>Writes a chunk of a body. An empty chunk ends the body.</summary>
    public async Task ChunkAsync(ReadOnlyMemory<byte> bytes)
    {
        byte[] size = Encoding.ASCII.GetBytes(bytes.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
        await WriteAsync((byte[])[.. size, .. bytes.Span, (byte)'\r', (byte)'\n']);
    }

    public Task ChunkAsync(string text) => ChunkAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Waits, but not beyond the end of the test.</summary>
    public Task PauseAsync(TimeSpan time) => Task.Delay(time, _stopping);

    public Task SilenceAsync() => Task.Delay(Timeout.Infinite, _stopping);

    public void Close()
    {
        IsClosed = true;
        _socket.Dispose();
    }

    /// <summary>Closes the connection normally. The client reads its end.</summary>
    public async Task EndAsync()
    {
        _socket.Shutdown(SocketShutdown.Send);
        _ended.TrySetResult();
        // Disposing the socket earlier would send a reset, because a read is in flight.
        await NextOrClosed;
        Close();
    }

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        IsClosed = true;
        _socket.Close(0);
    }

    /// <summary>Reads the next request. Null if the client has closed the connection.</summary>
    public static async Task<FaultExchange?> ReadAsync(Socket socket, CancellationToken stopping)
    {
        byte[] buffer = new byte[65536];
        int length = 0;
        int end;
        while ((end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None, stopping);
            if (read == 0)
            {
                return null;
            }

            length += read;
        }

        string head = Encoding.ASCII.GetString(buffer, 0, end);
        string? size = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        byte[] body = new byte[size is null ? 0 : int.Parse(size.Split(':')[1], CultureInfo.InvariantCulture)];
        int have = length - end - 4;
        Array.Copy(buffer, end + 4, body, 0, have);
        while (have < body.Length)
        {
            int read = await socket.ReceiveAsync(body.AsMemory(have), SocketFlags.None, stopping);
            if (read == 0)
            {
                return null;
            }

            have += read;
        }

        return new FaultExchange(socket, head, body, stopping);
    }

    private async Task WatchAsync()
    {
        try
        {
            // Clients don't pipeline requests, so a read during a response means the end of the connection.
            if (await _socket.ReceiveAsync(new byte[1], SocketFlags.Peek, _stopping) > 0)
            {
                return;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            if (IsClosed || _stopping.IsCancellationRequested)
            {
                return;
            }
        }

        _clientClosed.TrySetResult();
    }
}
