using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

/// <summary>
/// Reads and writes the connections of a session directly. Otherwise, the handler of the runtime decides which reads are
/// empty, and when a connection ends between two requests.
/// </summary>
public sealed class SingleSendStreamTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_empty_read_is_not_the_end_of_the_connection(bool isAsync)
    {
        using var connection = await Connection.OpenAsync();
        await WriteAsync(connection.Client, "a question", isAsync);
        await connection.Server.ReceiveAsync(new byte[100]);
        await connection.Server.SendAsync("an answer"u8.ToArray());

        Assert.Equal(0, await ReadAsync(connection.Client, Memory<byte>.Empty, isAsync));

        byte[] answer = new byte[100];
        int length = await ReadAsync(connection.Client, answer, isAsync);
        Assert.Equal("an answer", Encoding.ASCII.GetString(answer, 0, length));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_ended_connection_accepts_no_request(bool isAsync)
    {
        using var connection = await Connection.OpenAsync();
        // Closes only one direction. The server could still read.
        connection.Server.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await ReadAsync(connection.Client, new byte[100], isAsync));

        await Assert.ThrowsAsync<IOException>(() => WriteAsync(connection.Client, "a question", isAsync));

        connection.Client.Dispose();
        Assert.Equal(0, await connection.Server.ReceiveAsync(new byte[100]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_end_instead_of_a_response_is_an_error(bool isAsync)
    {
        using var connection = await Connection.OpenAsync();
        await WriteAsync(connection.Client, "a question", isAsync);
        connection.Server.Shutdown(SocketShutdown.Send);

        await Assert.ThrowsAsync<IOException>(() => ReadAsync(connection.Client, new byte[100], isAsync));
    }

    // Runs on another thread, because synchronous reads wait for the server.
    private static Task<int> ReadAsync(Stream stream, Memory<byte> buffer, bool isAsync) =>
        Task.Run(async () => isAsync ? await stream.ReadAsync(buffer) : stream.Read(buffer.Span)).WaitAsync(Hang.Limit);

    private static Task WriteAsync(Stream stream, string text, bool isAsync)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        return Task.Run(async () =>
        {
            if (isAsync)
            {
                await stream.WriteAsync(bytes);
            }
            else
            {
                stream.Write(bytes);
            }
        }).WaitAsync(Hang.Limit);
    }

    /// <summary>Both ends of an unused connection that the handler of a session has opened.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly HttpMessageInvoker _http;
        private readonly TaskCompletionSource _over;

        private Connection(HttpMessageInvoker http, TaskCompletionSource over, Stream client, Socket server)
        {
            _http = http;
            _over = over;
            Client = client;
            Server = server;
        }

        public Stream Client { get; }

        public Socket Server { get; }

        public static async Task<Connection> OpenAsync()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var opened = new TaskCompletionSource<Stream>(TaskCreationOptions.RunContinuationsAsynchronously);
            var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            SocketsHttpHandler handler = HttpHandlers.CreateHandler(new CohereSessionOptions());
            var wrap = handler.PlaintextStreamFilter!;
            handler.PlaintextStreamFilter = async (context, token) =>
            {
                Stream stream = await wrap(context, token);
                opened.SetResult(stream);
                // The handler gets the connection when the test is finished with it.
                await over.Task.WaitAsync(token);
                return stream;
            };
            var http = new HttpMessageInvoker(handler);
            var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
            Task request = http.SendAsync(new HttpRequestMessage(HttpMethod.Get, address), default);
            // The request fails when the test ends.
            _ = request.ContinueWith(task => task.Exception, TaskScheduler.Default);
            Socket server = await listener.AcceptSocketAsync().WaitAsync(Hang.Limit);
            return new Connection(http, over, await opened.Task.WaitAsync(Hang.Limit), server);
        }

        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
            _over.TrySetResult();
            _http.Dispose();
        }
    }
}
