using System;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class AccessPolicyTests
{
    [Fact]
    public async Task A_read_only_session_sends_no_chat()
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, Access = OperationAccess.Read });
        var client = new CohereClient(session);

        CohereException plain = await Assert.ThrowsAsync<CohereException>(() => client.Chat.SendAsync(ChatJson.Question()));
        CohereException stream = await Assert.ThrowsAsync<CohereException>(() => client.Chat.StreamAsync(ChatJson.Question()).ToListAsync());

        Assert.Equal(ErrorReason.NotAllowed, plain.Reason);
        Assert.Equal(ErrorReason.NotAllowed, stream.Reason);
        Assert.Equal("PermissionDenied", plain.Category);
        Assert.Equal("Chat", plain.Operation);
        Assert.Empty(server.Requests);
        Assert.Equal(0, server.Connections);
        Assert.Empty(session.GetUsage());
    }

    [Theory]
    [InlineData("GET", "/v1/models", true)]
    [InlineData("POST", "/v1/tokenize", true)]
    [InlineData("POST", "/v1/check-api-key", true)]
    [InlineData("POST", "/v2/embed", false)]
    [InlineData("DELETE", "/v1/datasets/1", false)]
    [InlineData("GET", "/v9/something/new", true)]
    [InlineData("HEAD", "/v9/something/new", true)]
    [InlineData("POST", "/v9/something/new", false)]
    [InlineData("PUT", "/v9/something/new", false)]
    [InlineData("DELETE", "/v9/something/new", false)]
    [InlineData("PATCH", "/v9/something/new", false)]
    [InlineData("post", "/v2/chat", false)]
    public async Task The_operation_or_for_unknown_paths_the_method_decides_what_is_a_read(string method, string path, bool allowed)
    {
        Assert.Equal(allowed, await IsSentAsync(new CohereSessionOptions { Access = OperationAccess.Read }, method, path));
    }

    [Theory]
    [InlineData("Chat", "POST", "/v2/chat", false)]
    [InlineData("chat", "POST", "/v2/chat", false)]
    [InlineData("Ch*", "POST", "/v2/chat", false)]
    [InlineData("*", "GET", "/v1/models", false)]
    [InlineData("Datasets", "DELETE", "/v1/datasets/1", false)]
    [InlineData("Delete*", "DELETE", "/v1/datasets/1", false)]
    [InlineData("Delete*", "GET", "/v1/datasets/1", true)]
    [InlineData("?hat", "POST", "/v2/chat", false)]
    [InlineData("Chat", "POST", "/v1/chat", false)]
    [InlineData("Embeddings", "POST", "/v1/embed", false)]
    [InlineData("Other", "POST", "/v9/new", false)]
    [InlineData("Chat", "POST", "/v1/x/../../v2/chat", false)]
    [InlineData("Chat", "POST", "/v2/./chat", false)]
    [InlineData("Chat", "POST", "/v2/%63hat", false)]
    [InlineData("Chat", "POST", "/V2/Chat", false)]
    [InlineData("Batches", "POST", "/v2/batches/1:CANCEL", false)]
    [InlineData("Chat", "POST", "//v2//chat", false)]
    [InlineData("Chat", "POST", "/v2/chat/", false)]
    [InlineData("Chat", "POST", "/v2/chat?a=b", false)]
    [InlineData("Chat", "POST", "\\v2\\chat", false)]
    [InlineData("Chat", "POST", "v2/chat", false)]
    [InlineData("Chat", "POST", "/v2/chat#x", false)]
    [InlineData("Chat", " POST", "/v2/chat", false)]
    public async Task A_denied_operation_is_not_sent(string pattern, string method, string path, bool allowed)
    {
        Assert.Equal(allowed, await IsSentAsync(new CohereSessionOptions { DenyOperation = [pattern] }, method, path));
    }

    [Theory]
    [InlineData("Models", "GET", "/v1/models", true)]
    [InlineData("*Model*", "GET", "/v1/models/a", true)]
    [InlineData("Models", "POST", "/v2/chat", false)]
    [InlineData("Models", "GET", "/v9/new", false)]
    public async Task With_an_allow_list_no_other_operation_is_sent(string pattern, string method, string path, bool allowed)
    {
        Assert.Equal(allowed, await IsSentAsync(new CohereSessionOptions { AllowOperation = [pattern] }, method, path));
    }

    [Fact]
    public async Task An_operation_that_is_both_allowed_and_denied_is_denied()
    {
        Assert.False(await IsSentAsync(new CohereSessionOptions { AllowOperation = ["*"], DenyOperation = ["Chat"] }, "POST", "/v2/chat"));
    }

    [Theory]
    [InlineData("Chatt")]
    [InlineData("")]
    [InlineData("Chat Models")]
    public void A_pattern_that_matches_nothing_is_refused(string pattern)
    {
        Assert.Contains(pattern, Assert.Throws<ArgumentException>(() => TestSession.Open(new CohereSessionOptions { DenyOperation = [pattern] })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TestSession.Open(new CohereSessionOptions { AllowOperation = ["Models", pattern] }));
    }

    private static async Task<bool> IsSentAsync(CohereSessionOptions policy, string method, string path)
    {
        using var server = new FaultServer(Answer.Of(200, null, []));
        using CohereSession session = TestSession.Open(new CohereSessionOptions
        {
            BaseUri = server.Address,
            Access = policy.Access,
            AllowOperation = policy.AllowOperation,
            DenyOperation = policy.DenyOperation,
        });
        try
        {
            await new CohereClient(session).Raw.SendAsync(method, path);
        }
        catch (Exception exception) when (exception is CohereException { Reason: ErrorReason.NotAllowed } or ArgumentException)
        {
            Assert.Empty(server.Requests);
        }

        return server.Requests.Any();
    }
}
