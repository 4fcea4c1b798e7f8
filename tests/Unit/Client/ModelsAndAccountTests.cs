using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class ModelsAndAccountTests
{
    [Fact]
    public async Task Models_are_listed_from_all_pages()
    {
        using var server = new FaultServer(
            Answer.Json("""{"models":[{"name":"a","endpoints":["chat"],"context_length":128000,"features":["vision"],"finetuned":true,"is_deprecated":true,"unknown":{}}],"next_page_token":"2"}"""),
            Answer.Json("""{"models":[],"next_page_token":"3"}"""),
            Answer.Json("""{"models":[{"name":"b","context_length":null,"sampling_defaults":{"temperature":0.3,"k":0}}]}"""));
        using CohereSession session = TestSession.Open(server);

        List<CohereModel> models = await new CohereClient(session).Models.ListAsync(ModelEndpoint.Chat, defaultOnly: true).ToListAsync();

        Assert.Equal(["a", "b"], models.Select(model => model.Model));
        Assert.Equal(["chat"], models[0].Endpoints);
        Assert.Equal(["vision"], models[0].Features);
        Assert.Equal(128000, models[0].ContextLength);
        Assert.True(models[0].IsFineTuned);
        Assert.True(models[0].IsDeprecated);
        Assert.Equal(0.3, models[1].SamplingDefaults?.Temperature);
        Assert.Equal(
            ["/v1/models?page_size=1000&endpoint=chat&default_only=true", "/v1/models?page_size=1000&endpoint=chat&default_only=true&page_token=2", "/v1/models?page_size=1000&endpoint=chat&default_only=true&page_token=3"],
            server.Requests.Select(request => request.Target));
    }

    [Fact]
    public async Task A_name_with_a_slash_and_spaces_stays_one_name()
    {
        using var server = new FaultServer(Answer.Json("""{"name":"team/my model?"}"""));
        using CohereSession session = TestSession.Open(server);

        CohereModel model = await new CohereClient(session).Models.GetAsync("team/my model?");

        Assert.Equal("team/my model?", model.Name);
        Assert.Equal("/v1/models/team%2Fmy%20model%3F", Assert.Single(server.Requests).Target);
    }

    [Fact]
    public async Task Lists_that_the_server_leaves_null_are_empty()
    {
        using var server = new FaultServer(Answer.Json("""{"name":"a","endpoints":null,"features":null,"default_endpoints":null}"""));
        using CohereSession session = TestSession.Open(server);

        CohereModel model = await new CohereClient(session).Models.GetAsync("a");

        Assert.Empty(model.Endpoints);
        Assert.Empty(model.Features);
        Assert.Empty(model.DefaultEndpoints);
    }

    [Fact]
    public async Task A_valid_key_is_returned_with_its_owner()
    {
        using var server = new FaultServer(Answer.Json("""{"valid":true,"organization_id":"org","owner_id":"me"}"""));
        using CohereSession session = TestSession.Open(server);

        ApiKeyStatus status = await new CohereClient(session).Account.CheckApiKeyAsync();

        Assert.True(status.Valid);
        Assert.Equal("org", status.OrganizationId);
        Assert.Equal("me", status.OwnerId);
        Assert.Equal("POST /v1/check-api-key", $"{server.Requests[0].Method} {server.Requests[0].Target}");
    }

    [Theory]
    [InlineData(401)]
    [InlineData(498)]
    public async Task A_refused_key_is_a_result_and_not_an_error(int status)
    {
        using var server = new FaultServer(Answer.Status(status));
        using CohereSession session = TestSession.Open(server);

        Assert.False((await new CohereClient(session).Account.CheckApiKeyAsync()).Valid);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(500)]
    public async Task A_key_that_cannot_be_checked_is_an_error(int status)
    {
        using var server = new FaultServer(Answer.Status(status));
        using CohereSession session = TestSession.Open(server, retries: 0);

        await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).Account.CheckApiKeyAsync());
    }
}
