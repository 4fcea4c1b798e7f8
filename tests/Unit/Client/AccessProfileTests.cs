using System;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class AccessProfileTests
{
    [Theory]
    [InlineData("Chat", ProfileAccess.Full, "Chat", true)]
    [InlineData("Chat", ProfileAccess.Full, "ChatV1", true)]
    [InlineData("chat", ProfileAccess.Full, "Chat", true)]
    [InlineData("Chat", ProfileAccess.Off, "Chat", false)]
    [InlineData("Chat", ProfileAccess.Full, "Embed", false)]
    [InlineData("Datasets", ProfileAccess.Read, "GetDataset", true)]
    [InlineData("Datasets", ProfileAccess.Read, "DeleteDataset", false)]
    [InlineData("GetDataset", ProfileAccess.Full, "ListDatasets", false)]
    public void Operations_are_allowed_by_name_or_group(string name, ProfileAccess access, string operation, bool isAllowed) =>
        Assert.Equal(isAllowed, Profile(["*"], (name, access)).Refusal(Find(operation)) is null);

    [Fact]
    public void The_name_of_an_operation_wins_over_its_group()
    {
        AccessProfile profile = Profile(["*"], ("Datasets", ProfileAccess.Full), ("DeleteDataset", ProfileAccess.Off));

        Assert.Null(profile.Refusal(Operations.CreateDataset));
        Assert.NotNull(profile.Refusal(Operations.DeleteDataset));
    }

    [Theory]
    [InlineData("command-a-*", "command-a-03-2025", true)]
    [InlineData("command-a-*", "COMMAND-A-03-2025", true)]
    [InlineData("command-a-*", "xcommand-a-03-2025", false)]
    [InlineData("command-a", "command-a\n", false)]
    [InlineData("command-a", "command-a ", false)]
    [InlineData("command.a", "command-a", false)]
    [InlineData("embed-v?.0", "embed-v4.0", true)]
    public void A_model_must_match_a_whole_pattern(string pattern, string model, bool isAllowed) =>
        Assert.Equal(isAllowed, Profile([pattern], ("Chat", ProfileAccess.Full)).AllowsModel(model));

    [Theory]
    [InlineData("Modles", "Did you mean Models?")]
    [InlineData("DeleteDatset", "Did you mean DeleteDataset?")]
    public void A_name_that_does_not_exist_is_refused_with_the_nearest_one(string name, string advice) =>
        Assert.Contains(advice, Assert.Throws<ArgumentException>(() => Profile(["*"], (name, ProfileAccess.Full))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_model_that_is_not_allowed_is_not_sent_by_the_client()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(new CohereSessionOptions
        {
            BaseUri = server.Address,
            ApiKey = TestSession.Key,
            AccessProfile = Profile(["allowed"], ("Chat", ProfileAccess.Full)),
        });
        var client = new CohereClient(session);

        CohereException refused = await Assert.ThrowsAsync<CohereException>(() => client.Chat.SendAsync(ChatJson.Question("q")));
        CohereException twice = await Assert.ThrowsAsync<CohereException>(() => client.Raw.SendAsync("POST", "/v2/chat", body: """{"model":"allowed","model":"other"}"""u8.ToArray()));
        CohereException mark = await Assert.ThrowsAsync<CohereException>(() => client.Raw.SendAsync("POST", "/v2/chat", body: Encoding.Unicode.GetBytes("""{"model":"allowed"}""")));
        await client.Chat.SendAsync(ChatJson.Question("q") with { Model = "allowed" });

        Assert.Equal(ErrorReason.NotAllowed, refused.Reason);
        Assert.Equal(ErrorReason.NotAllowed, twice.Reason);
        Assert.Equal(ErrorReason.NotAllowed, mark.Reason);
        Assert.Single(server.Requests);
    }

    private static AccessProfile Profile(string[] models, params (string Name, ProfileAccess Access)[] rules) =>
        new("test", Array.ConvertAll(rules, rule => new KeyValuePair<string, ProfileAccess>(rule.Name, rule.Access)), models);

    private static Operation Find(string name)
    {
        foreach (Operation operation in Operations.All)
        {
            if (operation.Name == name)
            {
                return operation;
            }
        }

        throw new ArgumentException(name);
    }
}
