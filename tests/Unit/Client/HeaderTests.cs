using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class HeaderTests
{
    [Fact]
    public async Task A_request_has_the_client_and_the_key()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, ApiKey = TestSession.Key, ClientName = "nightly-report" });

        await new CohereClient(session).Chat.SendAsync(ChatJson.Question());

        IReadOnlyDictionary<string, string> headers = server.Requests[0].Headers;
        Assert.Equal("Bearer " + TestSession.Key, headers["Authorization"]);
        Assert.Equal("nightly-report", headers["X-Client-Name"]);
        Assert.Matches(@"^CohereShell/\d+\.\d+\.\d+$", headers["User-Agent"]);
        Assert.Equal("application/json", headers["Content-Type"]);
        Assert.Equal("application/json", headers["Accept"]);
    }

    [Fact]
    public async Task Without_a_key_there_is_no_Authorization_header()
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address });

        await session.ReadAsync();

        Assert.False(server.Requests[0].Headers.ContainsKey("Authorization"));
        Assert.False(server.Requests[0].Headers.ContainsKey("X-Client-Name"));
        Assert.Equal("none", session.ApiKeySource);
    }

    [Theory]
    [InlineData("Host")]
    [InlineData("Transfer-Encoding")]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("x_original_url")]
    public async Task A_header_that_would_change_the_request_is_refused(string name)
    {
        using var server = new FaultServer(Answer.Ok());
        var headers = new Dictionary<string, string> { [name] = "x" };

        Assert.Throws<ArgumentException>(() => TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, Headers = headers }));
        using CohereSession session = TestSession.Open(server);
        await Assert.ThrowsAsync<ArgumentException>(() => session.ReadAsync(new RequestOptions { Headers = headers }));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Headers_of_the_session_and_the_call_are_sent_and_the_call_takes_precedence()
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(new CohereSessionOptions
        {
            BaseUri = server.Address,
            Headers = new Dictionary<string, string> { ["X-Tenant"] = "one", ["X-Team"] = "red" },
        });

        await session.ReadAsync(new RequestOptions { Headers = new Dictionary<string, string> { ["x-tenant"] = "two", ["X-Run"] = "7" } });

        IReadOnlyDictionary<string, string> headers = server.Requests[0].Headers;
        Assert.Equal("two", headers["X-Tenant"]);
        Assert.Equal("red", headers["X-Team"]);
        Assert.Equal("7", headers["X-Run"]);
    }

    [Fact]
    public async Task A_header_can_replace_those_of_the_module()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(new CohereSessionOptions
        {
            BaseUri = server.Address,
            ApiKey = TestSession.Key,
            Headers = new Dictionary<string, string>
            {
                ["Authorization"] = "Custom abc",
                ["User-Agent"] = "mine/1",
                ["Content-Type"] = "application/json; charset=utf-8",
            },
        });

        await new CohereClient(session).Chat.SendAsync(ChatJson.Question());

        IReadOnlyDictionary<string, string> headers = server.Requests[0].Headers;
        Assert.Equal("Custom abc", headers["Authorization"]);
        Assert.Equal("mine/1", headers["User-Agent"]);
        Assert.Equal("application/json; charset=utf-8", headers["Content-Type"]);
    }

    [Theory]
    [InlineData("first-line\nsecond")]
    [InlineData("first-line\rsecond")]
    [InlineData("first-line\0")]
    [InlineData("schlüssel-first-line")]
    public void A_key_that_a_header_cannot_contain_is_refused_without_being_shown(string key)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => TestSession.Open(new CohereSessionOptions { ApiKey = key }));

        Assert.DoesNotContain("first-line", exception.ToString(), StringComparison.Ordinal);
        Assert.Contains("key", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-A", "first-line\r\nX-Evil: 1")]
    [InlineData("X-A", "first-lüne")]
    [InlineData("X A", "first-line")]
    [InlineData("X-A\r\nX-Evil", "first-line")]
    [InlineData("", "first-line")]
    public async Task A_header_that_cannot_be_sent_is_refused_without_its_value_being_shown(string name, string value)
    {
        var headers = new Dictionary<string, string> { [name] = value };
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(server);

        ArgumentException atConnecting = Assert.Throws<ArgumentException>(() => TestSession.Open(new CohereSessionOptions { Headers = headers }));
        ArgumentException atCalling = await Assert.ThrowsAsync<ArgumentException>(() => session.ReadAsync(new RequestOptions { Headers = headers }));

        Assert.DoesNotContain("first-l", atConnecting.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("first-l", atCalling.ToString(), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("Zürich")]
    public void A_client_name_that_a_header_cannot_contain_is_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => TestSession.Open(new CohereSessionOptions { ClientName = name }));
    }
}
