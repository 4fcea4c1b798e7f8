using System;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class AddressTests
{
    [Theory]
    [InlineData("", "/v1/models/any")]
    [InlineData("/gw/cohere", "/gw/cohere/v1/models/any")]
    [InlineData("/gw/cohere/", "/gw/cohere/v1/models/any")]
    public async Task A_path_in_the_base_address_is_kept(string prefix, string expected)
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = new Uri(server.Address, prefix) });

        await session.ReadAsync();

        Assert.Equal(expected, server.Requests[0].Target);
    }

    [Theory]
    [InlineData("http://gateway.example")]
    [InlineData("http://192.168.1.7/cohere")]
    public void Plain_http_to_another_machine_is_refused(string address)
    {
        CohereException exception = Assert.Throws<CohereException>(() => TestSession.Open(new CohereSessionOptions { BaseUri = new Uri(address) }));

        Assert.Equal(ErrorReason.InsecureAddress, exception.Reason);
        using CohereSession allowed = TestSession.Open(new CohereSessionOptions { BaseUri = new Uri(address), AllowInsecure = true });
        Assert.True(allowed.IsOpen);
    }

    [Theory]
    [InlineData("http://localhost:8080")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://[::1]:5000")]
    [InlineData("https://gateway.example")]
    public void Plain_http_to_this_machine_and_https_are_allowed(string address)
    {
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = new Uri(address) });

        Assert.Equal(new Uri(address), session.BaseUri);
    }

    [Theory]
    [InlineData("https://user:pa55word@gateway.example")]
    [InlineData("http://user:pa55word@gateway.example")]
    [InlineData("ftp://user:pa55word@gateway.example")]
    [InlineData("https://gateway.example/?key=pa55word")]
    [InlineData("https://gateway.example/#pa55word")]
    [InlineData("ftp://gateway.example/")]
    [InlineData("user:pa55word@gateway.example")]
    [InlineData("//user:pa55word@gateway.example")]
    public void An_invalid_base_address_is_refused_without_being_repeated(string address)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => TestSession.Open(new CohereSessionOptions { BaseUri = new Uri(address, UriKind.RelativeOrAbsolute) }));

        Assert.DoesNotContain("pa55word", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://api.cohere.com/v1")]
    [InlineData("https://api.cohere.com/v2/")]
    [InlineData("https://api.cohere.ai/V1")]
    [InlineData("https://stg.api.cohere.com/compatibility/v1")]
    [InlineData("https://gateway.example/v2/chat")]
    [InlineData("https://gateway.example/cohere/v1/models/")]
    public void An_address_below_which_the_API_cannot_be_is_refused(string address)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => TestSession.Open(new CohereSessionOptions { BaseUri = new Uri(address) }));

        Assert.Contains("Specify only https://", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_can_have_the_API_below_a_path_that_ends_in_a_version()
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = new Uri(server.Address, "/llm/v1") });

        await session.ReadAsync();

        Assert.Equal("/llm/v1/v1/models/any", server.Requests[0].Target);
        Assert.EndsWith($"connect to {new Uri(server.Address, "/llm")}", session.AddressWarning, StringComparison.Ordinal);
        using CohereSession usual = TestSession.Open(new CohereSessionOptions { BaseUri = new Uri(server.Address, "/v1/llm") });
        Assert.Null(usual.AddressWarning);
    }

    [Theory]
    [InlineData("v1/models")]
    [InlineData(".evil.example/v1/models")]
    [InlineData("@evil.example/v1/models")]
    [InlineData(":80/v1/models")]
    public async Task A_path_without_a_slash_does_not_lead_to_another_host(string path)
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(server, retries: 0);

        await new CohereClient(session).Raw.SendAsync("GET", path);

        Assert.Equal("/" + path, Assert.Single(server.Requests).Target);
    }

    [Theory]
    [InlineData("https://evil.example/v1/models")]
    [InlineData("/v2/chat;x")]
    [InlineData("/v2/chat%3Bx")]
    [InlineData("/v2/chat%2f")]
    [InlineData("/v2/chat%20")]
    [InlineData("/v2/ chat")]
    [InlineData("http://127.0.0.1/v1/models")]
    [InlineData("")]
    public async Task An_address_instead_of_a_path_is_refused(string path)
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(server);

        await Assert.ThrowsAsync<ArgumentException>(() => new CohereClient(session).Raw.SendAsync("GET", path));

        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("/v1/models")]
    [InlineData("/v1/models/a%2Fb")]
    [InlineData("/v1/models/a%20b~c")]
    [InlineData("/v1/models/gr\u00fcn")]
    [InlineData("//v1//models/")]
    [InlineData("/v1/models?name=a/../b")]
    public void A_path_is_sent_unchanged(string path)
    {
        Uri address = RequestFor(path).AddressBelow(new Uri("https://gateway.example/cohere/"));

        Assert.Equal(new Uri("https://gateway.example/cohere" + path), address);
    }

    [Theory]
    [InlineData("/v1/models/../datasets/d")]
    [InlineData("/v1/models/%2E%2E/datasets/d")]
    [InlineData("/v1/models/.")]
    [InlineData("/v1/models\\m")]
    public void A_path_that_the_system_would_change_is_refused(string path)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => RequestFor(path).AddressBelow(new Uri("https://gateway.example/cohere/")));

        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    private static ApiRequest RequestFor(string path) => new(Operations.ListModels, null) { Path = path };
}
