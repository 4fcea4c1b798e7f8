using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class RawClientTests
{
    [Fact]
    public void A_warning_says_whether_an_operation_was_removed_or_still_works()
    {
        foreach (Operation operation in Operations.All.Where(operation => operation.Group == "Legacy"))
        {
            Assert.StartsWith($"Cohere has removed {operation.Method} {operation.Path} from its API.", new ApiRequest(operation, null).Deprecation, StringComparison.Ordinal);
            Assert.DoesNotContain("still works", new ApiRequest(operation, null).Deprecation, StringComparison.Ordinal);
        }

        foreach (Operation operation in Operations.All.Where(operation => operation.IsDeprecated && operation.Group != "Legacy"))
        {
            Assert.Contains("It still works", new ApiRequest(operation, null).Deprecation, StringComparison.Ordinal);
        }

        Assert.Null(new ApiRequest(Operations.Chat, null).Deprecation);
    }

    [Fact]
    public async Task Any_path_can_be_called_with_query_and_body()
    {
        using var server = new FaultServer(Answer.Json("""{"a":[1,{"b":"c"}]}"""));
        using CohereSession session = TestSession.Open(server);

        JsonElement answer = await new CohereClient(session).Raw.SendAsync(
            "PUT", "/v9/something/new?x=1", [new("name", "a b&c=d/ü"), new("y", "2")], """{"k":"v"}"""u8.ToArray());

        Assert.Equal("c", answer.GetProperty("a")[1].GetProperty("b").GetString());
        FaultExchange request = Assert.Single(server.Requests);
        Assert.Equal("PUT", request.Method);
        Assert.Equal("/v9/something/new?x=1&name=a%20b%26c%3Dd%2F%C3%BC&y=2", request.Target);
        Assert.Equal("v", request.Json.GetProperty("k").GetString());
    }

    [Fact]
    public async Task An_empty_answer_is_null()
    {
        using var server = new FaultServer(Answer.Empty(204));
        using CohereSession session = TestSession.Open(server);

        JsonElement answer = await new CohereClient(session).Raw.SendAsync("DELETE", "/v1/datasets/1");

        Assert.Equal(JsonValueKind.Null, answer.ValueKind);
    }

    [Fact]
    public async Task An_unknown_path_is_counted_as_Other_and_retried_only_if_HTTP_allows_it()
    {
        using var server = new FaultServer(Answer.Status(500));
        using CohereSession session = TestSession.Open(server, retries: 2);
        RawClient raw = new CohereClient(session).Raw;

        await Assert.ThrowsAsync<CohereException>(() => raw.SendAsync("POST", "/v9/new"));
        Assert.Single(server.Requests);
        await Assert.ThrowsAsync<CohereException>(() => raw.SendAsync("GET", "/v9/new"));
        Assert.Equal(4, server.Requests.Count);
        Assert.Equal("Other", Assert.Single(session.GetUsage()).Operation);
    }

    [Fact]
    public async Task A_list_with_tokens_is_read_to_its_last_page()
    {
        using var server = new FaultServer(
            Answer.Json("""{"batches":[{"id":1},{"id":2}],"next_page_token":"p 2"}"""),
            Answer.Json("""{"batches":[{"id":3}],"next_page_token":"p3"}"""),
            Answer.Json("""{"batches":[{"id":4}],"next_page_token":""}"""));
        using CohereSession session = TestSession.Open(server);

        List<JsonElement> items = await new CohereClient(session).Raw.ListAsync("/v2/batches", [new("page_size", "2")]).ToListAsync();

        Assert.Equal([1, 2, 3, 4], items.Select(item => item.GetProperty("id").GetInt32()));
        Assert.Equal(
            ["/v2/batches?page_size=2", "/v2/batches?page_size=2&page_token=p%202", "/v2/batches?page_size=2&page_token=p3"],
            server.Requests.Select(request => request.Target));
    }

    [Fact]
    public async Task A_list_with_offsets_is_read_to_its_last_page()
    {
        using var server = new FaultServer(exchange =>
        {
            int offset = exchange.Target.Split("offset=") is [_, var text] ? int.Parse(text.Split('&')[0], CultureInfo.InvariantCulture) : 0;
            return Answer.Json("{\"datasets\":[" + string.Join(",", Enumerable.Range(0, 5).Skip(offset).Take(2).Select(id => $$"""{"id":{{id}}}""")) + "]}");
        });
        using CohereSession session = TestSession.Open(server);

        List<JsonElement> items = await new CohereClient(session).Raw.ListAsync("/v1/datasets", [new("limit", "2")]).ToListAsync();

        Assert.Equal([0, 1, 2, 3, 4], items.Select(item => item.GetProperty("id").GetInt32()));
    }

    [Fact]
    public async Task A_server_that_repeats_a_token_does_not_cause_an_endless_list()
    {
        using var server = new FaultServer(Answer.Json("""{"batches":[{"id":1}],"next_page_token":"same"}"""));
        using CohereSession session = TestSession.Open(server);

        List<JsonElement> items = await new CohereClient(session).Raw.ListAsync("/v2/batches").ToListAsync();

        Assert.Equal(2, items.Count);
    }

    [Fact]
    public async Task A_server_whose_tokens_form_a_circle_does_not_cause_an_endless_list()
    {
        using var server = new FaultServer(exchange => Answer.Json(exchange.Target.Contains("page_token=a") ? """{"batches":[{"id":2}],"next_page_token":"b"}""" : """{"batches":[{"id":1}],"next_page_token":"a"}"""));
        using CohereSession session = TestSession.Open(server);

        List<JsonElement> items = await new CohereClient(session).Raw.ListAsync("/v2/batches").ToListAsync();

        Assert.Equal([1, 2, 1], items.Select(item => item.GetProperty("id").GetInt32()));
    }

    [Fact]
    public async Task A_server_that_ignores_the_offset_does_not_cause_an_endless_list()
    {
        using var server = new FaultServer(_ => Answer.Json("""{"datasets":[{"id":1},{"id":2}]}"""));
        using CohereSession session = TestSession.Open(server);

        await new CohereClient(session).Raw.ListAsync("/v1/datasets").ToListAsync();

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_reader_that_stops_does_not_request_the_next_page()
    {
        using var server = new FaultServer(Answer.Json("""{"batches":[{"id":1},{"id":2}],"next_page_token":"more"}"""));
        using CohereSession session = TestSession.Open(server);

        await foreach (JsonElement item in new CohereClient(session).Raw.ListAsync("/v2/batches"))
        {
            Assert.Equal(1, item.GetProperty("id").GetInt32());
            break;
        }

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_response_without_a_list_is_one_item()
    {
        using var server = new FaultServer(Answer.Json("""{"organization_usage":5}"""));
        using CohereSession session = TestSession.Open(server);

        JsonElement item = Assert.Single(await new CohereClient(session).Raw.ListAsync("/v1/datasets/usage").ToListAsync());

        Assert.Equal(5, item.GetProperty("organization_usage").GetInt32());
    }

    [Fact]
    public async Task Additional_properties_are_merged_into_the_body_and_take_precedence()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(server);
        var extra = new Dictionary<string, JsonElement>
        {
            ["temperature"] = JsonDocument.Parse("0.9").RootElement,
            ["new_field"] = JsonDocument.Parse("""{"deep":[1,"ü"]}""").RootElement,
        };

        await new CohereClient(session).Chat.SendAsync(ChatJson.Question() with { Temperature = 0.1, K = 3 }, new RequestOptions { AdditionalProperties = extra });

        JsonElement body = server.Requests[0].Json;
        Assert.Equal(0.9, body.GetProperty("temperature").GetDouble());
        Assert.Equal(3, body.GetProperty("k").GetInt32());
        Assert.Equal("ü", body.GetProperty("new_field").GetProperty("deep")[1].GetString());
        Assert.Equal(1, body.EnumerateObject().Count(property => property.Name == "temperature"));
    }

    [Fact]
    public async Task Additional_properties_create_a_body_if_there_is_none()
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(server);
        var extra = new Dictionary<string, JsonElement> { ["a"] = JsonDocument.Parse("true").RootElement };

        await new CohereClient(session).Raw.SendAsync("POST", "/v9/new", options: new RequestOptions { AdditionalProperties = extra });

        Assert.True(server.Requests[0].Json.GetProperty("a").GetBoolean());
        Assert.Equal("application/json", server.Requests[0].Headers["Content-Type"]);
    }
}
