using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class BatchResultsTests
{
    private static readonly Batch Batch = new() { BatchId = "b", Model = "m" };

    [Fact]
    public async Task Results_in_any_order_get_their_requests_and_missing_ones_come_last()
    {
        BatchResult[] results = await JoinAsync(["a", "b", "c", "d"], [Chat("c", "third"), Chat("a", "first"), Chat("d", "fourth")]);

        Assert.Equal(["c 2 third", "a 0 first", "d 3 fourth", "b 1 "], results.Select(result => $"{result.CustomId} {result.Index} {result.Text}"));
        Assert.Equal("question a", results[1].Message);
        Assert.Equal("Cohere didn't return a result for this request.", results[3].Error);
        Assert.All(results.Take(3), result => Assert.Null(result.Error));
    }

    [Fact]
    public async Task A_result_without_a_request_does_not_replace_another()
    {
        BatchResult[] results = await JoinAsync(["a", "b", "c"], [Chat("b", "second"), Chat("ghost", "who?"), Chat("b", "again"), Chat("a", "first"), Chat("c", "third")]);

        Assert.Equal(["b 1 second", "ghost -1 who?", "b -1 again", "a 0 first", "c 2 third"], results.Select(result => $"{result.CustomId} {result.Index} {result.Text}"));
        Assert.All(results, result => Assert.Null(result.Error));
    }

    [Fact]
    public async Task In_the_same_order_only_as_many_requests_as_results_are_read()
    {
        int read = 0;
        async IAsyncEnumerable<JsonElement> Inputs()
        {
            foreach (string id in Enumerable.Range(0, 100).Select(number => $"{number}"))
            {
                read++;
                await Task.Yield();
                yield return Request(id);
            }
        }

        int received = 0;
        await foreach (BatchResult result in BatchJoin.ReadAsync(Batch, Inputs(), Items(Enumerable.Range(0, 100).Select(number => Chat($"{number}", "x")))))
        {
            Assert.Equal(received, result.Index);
            Assert.Equal(++received, read);
        }
    }

    [Fact]
    public async Task Without_requests_the_results_are_numbered_in_their_order()
    {
        var results = new List<BatchResult>();
        await foreach (BatchResult result in BatchJoin.ReadAsync(Batch, null, Items([Chat("x", "one"), Chat("y", "two")])))
        {
            results.Add(result);
        }

        Assert.Equal(["x 0 one ", "y 1 two "], results.Select(result => $"{result.CustomId} {result.Index} {result.Text} {result.Message}"));
    }

    [Fact]
    public async Task The_conversation_of_a_result_can_be_continued()
    {
        BatchResult result = Assert.Single(await JoinAsync(["a"], [Chat("a", "hello")]));

        Assert.Equal([ChatRole.User, ChatRole.Assistant], result.Response!.History.Select(message => message.Role));
        Assert.Equal((3L, "m"), (result.Usage.BilledInputTokens, result.Response.Model));
    }

    [Theory]
    [InlineData("""{"custom_id":"a","body":null,"error":"too long"}""", "too long")]
    [InlineData("""{"custom_id":"a","body":null,"error":{"message":"too long"}}""", "too long")]
    [InlineData("""{"custom_id":"a","body":null,"error":""}""", "Cohere didn't return a result for this request.")]
    [InlineData("""{"custom_id":"a","body":{"id":"x"}}""", "The result is neither a chat answer nor embeddings.")]
    [InlineData("""{"custom_id":"a","body":{"message":7}}""", "The result can't be read: *")]
    public async Task A_failed_request_has_the_reason(string row, string error)
    {
        BatchResult result = Assert.Single(await JoinAsync(["a"], [Json(row)]));

        Assert.StartsWith(error.TrimEnd('*'), result.Error);
        Assert.Null(result.Text);
    }

    [Fact]
    public void Embeddings_have_their_texts_and_a_null_format_is_ignored()
    {
        JsonElement input = Json("""{"custom_id":"a","body":{"texts":["one","two"],"input_type":"search_query"}}""");
        JsonElement output = Json("""{"custom_id":"a","body":{"id":"e","embeddings":{"float":[[1,2],[3,4]],"int8":null},"meta":{"billed_units":{"input_tokens":2}}},"error":null}""");

        BatchResult result = BatchResultReader.Read(Batch, 5, input, output);

        Assert.Null(result.Error);
        Assert.Equal(["one 1 2", "two 3 4"], result.Embeddings.Select(embedding => $"{embedding.Text} {string.Join(" ", embedding.Vector!)}"));
        Assert.Equal((5L, EmbedInputType.SearchQuery, 2L), (result.Embedding!.Index, result.Embedding.InputType!.Value, result.Usage.BilledInputTokens));
    }

    [Fact]
    public async Task Embeddings_of_inputs_have_their_texts_in_any_order()
    {
        JsonElement[] inputs =
        [
            Json("""{"custom_id":"a","body":{"inputs":[{"content":[{"type":"text","text":"one"}]}]}}"""),
            Json("""{"custom_id":"b","body":{"inputs":[{"content":[{"type":"image_url","image_url":"data:,"}]},{"content":[{"type":"text","text":"two"},{"type":"image_url","image_url":"data:,"},{"type":"text","text":"parts"}]}]}}"""),
        ];
        JsonElement[] outputs =
        [
            Json("""{"custom_id":"b","body":{"embeddings":{"float":[[3],[4]]}}}"""),
            Json("""{"custom_id":"a","body":{"embeddings":{"float":[[1]]}}}"""),
        ];
        var results = new List<BatchResult>();
        await foreach (BatchResult result in BatchJoin.ReadAsync(Batch, Items(inputs), Items(outputs)))
        {
            results.Add(result);
        }

        Assert.All(results, result => Assert.Null(result.Error));
        Assert.Equal(["b 1 two\nparts", "a 0 one"], results.Select(result => $"{result.CustomId} {result.Index} {result.Message}"));
        Assert.Equal([null, "two\nparts", "one"], results.SelectMany(result => result.Embeddings).Select(embedding => embedding.Text));
        Assert.Equal([3f, 4f, 1f], results.SelectMany(result => result.Embeddings).SelectMany(embedding => embedding.Vector!));
    }

    [Fact]
    public void A_row_of_a_file_has_the_request_and_the_response()
    {
        using var buffer = new System.IO.MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            BatchResultReader.Read(Batch, 0, Request("a"), Chat("a", "hello")).WriteTo(writer);
        }

        JsonElement row = Json(Encoding.UTF8.GetString(buffer.ToArray()));
        Assert.Equal(["batch_id", "custom_id", "text", "input", "body"], row.EnumerateObject().Select(field => field.Name));
        Assert.Equal("hello", row.GetProperty("text").GetString());
    }

    private static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;

    private static JsonElement Request(string id) => Json($$$"""{"custom_id":"{{{id}}}","body":{"messages":[{"role":"user","content":"question {{{id}}}"}]}}""");

    private static JsonElement Chat(string id, string text) => Json($$$$"""
        {"custom_id":"{{{{id}}}}","body":{"id":"1","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"text","text":"{{{{text}}}}"}],"tool_calls":null},"usage":{"billed_units":{"input_tokens":3}}},"error":""}
        """);

    private static async IAsyncEnumerable<JsonElement> Items(IEnumerable<JsonElement> items)
    {
        foreach (JsonElement item in items)
        {
            await Task.Yield();
            yield return item;
        }
    }

    private static async Task<BatchResult[]> JoinAsync(string[] ids, JsonElement[] outputs)
    {
        var results = new List<BatchResult>();
        await foreach (BatchResult result in BatchJoin.ReadAsync(Batch, Items(ids.Select(Request)), Items(outputs)))
        {
            results.Add(result);
        }

        return results.ToArray();
    }
}
