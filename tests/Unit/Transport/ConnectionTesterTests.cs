using System;
using System.Threading;
using System.Threading.Tasks;
using CohereShell.Transport;
using Xunit;

namespace CohereShell.Tests;

public sealed class ConnectionTesterTests
{
    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_described_and_nothing_is_sent()
    {
        using var behind = new FaultServer(Answer.Ok());
        DateTimeOffset before = DateTimeOffset.UtcNow.AddSeconds(-1);
        using var front = new TlsFront(behind, "gateway.corp", days: 30);
        DateTimeOffset after = DateTimeOffset.UtcNow;

        ConnectionTest test = await TestAsync(new CohereSessionOptions { BaseUri = front.Address, ApiKey = "a-key-for-tests" });

        Assert.Equal(ConnectionStepOutcome.Failed, test.Tls.Outcome);
        Assert.StartsWith("the certificate isn't trusted: it is for another host name, and this computer doesn't trust its issuer. It is for gateway.corp; issued by CN=gateway.corp; expires ", test.Tls.Detail, StringComparison.Ordinal);
        Assert.Equal(["gateway.corp"], test.Certificate!.Names);
        Assert.Equal("CN=gateway.corp", test.Certificate.Issuer);
        Assert.InRange(test.Certificate.ExpiresAt, before.AddDays(30), after.AddDays(30));
        Assert.NotNull(test.Certificate.Faults);
        Assert.Contains("trusted root certificates", test.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(behind.Requests);
    }

    [Fact]
    public async Task An_expired_certificate_is_described_as_such()
    {
        using var behind = new FaultServer(Answer.Ok());
        using var front = new TlsFront(behind, "127.0.0.1", days: -1);

        ConnectionTest test = await TestAsync(new CohereSessionOptions { BaseUri = front.Address });

        Assert.Contains("it has expired or isn't valid yet", test.Tls.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_test_ends_at_once()
    {
        using var ending = new CancellationTokenSource();
        using var server = new FaultServer(Answer.Silence());
        using var session = new CohereSession(new CohereSessionOptions { BaseUri = server.Address }, () => new ResilientTransport());

        Task test = new ConnectionTester(session, TimeSpan.FromMinutes(10), _ => { }).RunAsync(ending.Token);
        await server.RequestAsync();
        await ending.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.WaitAsync(Hang.Limit));
    }

    [Theory]
    [InlineData("https", "A server without TLS needs http://")]
    [InlineData("http", "Check the network connection")]
    public async Task The_advice_for_a_server_that_says_nothing_is_not_to_request_less(string scheme, string advice)
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var session = new CohereSession(new CohereSessionOptions { BaseUri = new Uri($"{scheme}://{listener.LocalEndpoint}") }, () => new ResilientTransport());

        ConnectionTest test = await new ConnectionTester(session, TimeSpan.FromSeconds(2), _ => { }).RunAsync(CancellationToken.None);

        Assert.Equal(ConnectionStepOutcome.Failed, (scheme == "https" ? test.Tls : test.Http).Outcome);
        Assert.Contains(advice, test.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_refuses_connections_is_named_as_such()
    {
        Uri closed = FaultServer.ClosedAddress();

        ConnectionTest test = await TestAsync(new CohereSessionOptions { BaseUri = new Uri("https://api.test"), Proxy = new System.Net.WebProxy(closed) });

        Assert.Equal($"the proxy {closed.Authority} refused the connection", test.Tcp.Detail);
    }

    [Fact]
    public async Task Each_step_is_reported_when_it_begins()
    {
        using var server = new FaultServer(Answer.Ok());
        using var session = new CohereSession(new CohereSessionOptions { BaseUri = server.Address }, () => new ResilientTransport());
        var steps = new System.Collections.Generic.List<string>();

        ConnectionTest test = await new ConnectionTester(session, Hang.Limit, steps.Add).RunAsync(CancellationToken.None);

        Assert.True(test.Succeeded);
        Assert.Equal(["DNS", "TCP", "HTTP", "Key", "Latency"], steps);
        Assert.Equal(4, server.Requests.Count);
    }

    private static async Task<ConnectionTest> TestAsync(CohereSessionOptions options)
    {
        using var session = new CohereSession(options, () => new ResilientTransport());
        return await new ConnectionTester(session, Hang.Limit, _ => { }).RunAsync(CancellationToken.None);
    }
}
