using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

public sealed class RerankTests
{
    private static readonly string[] Documents =
    [
        "Carson City is the capital city of the American state of Nevada.",
        "To reset a password, open the portal and choose 'Forgot password'.",
        "Capital punishment has existed in the United States since before it was a country.",
        "The print spooler service is restarted with Restart-Service -Name Spooler.",
        "Washington, D.C. is the capital of the United States.",
        "Event 4625 is written when an account fails to log on.",
        "Backups are kept for thirty days and then deleted.",
        "Die Sicherung des Postfachs dauert eine Stunde.",
    ];

    [Theory]
    [InlineData("What is the capital of the United States?", 4)]
    [InlineData("How can I reset my password?", 1)]
    [InlineData("restarting the spooler", 3)]
    [InlineData("What does event 4625 mean?", 5)]
    [InlineData("How long do we keep a backup?", 6)]
    [InlineData("Wie lange dauert die Sicherung eines Postfachs?", 7)]
    [InlineData("capital of Nevada", 0)]
    public async Task The_document_with_the_answer_comes_first(string query, int expected)
    {
        IReadOnlyList<(int Index, double Score)> results = await ResultsAsync(query, Documents);

        Assert.Equal(expected, results[0].Index);
        Assert.True(results[0].Score > 0.15, $"{results[0].Score}");
        Assert.True(results[^1].Score < 0.05, $"{results[^1].Score}");
        Assert.Equal(Enumerable.Range(0, Documents.Length), results.Select(result => result.Index).Order());
        Assert.Equal(results.OrderByDescending(result => result.Score).ThenBy(result => result.Index), results);
        Assert.All(results, result => Assert.InRange(result.Score, 0, 1));
    }

    [Fact]
    public async Task A_score_does_not_depend_on_the_other_documents()
    {
        const string Query = "capital of the United States";
        IReadOnlyList<(int Index, double Score)> together = await ResultsAsync(Query, Documents);
        for (int i = 0; i < Documents.Length; i++)
        {
            IReadOnlyList<(int Index, double Score)> alone = await ResultsAsync(Query, [Documents[i]]);
            Assert.Equal(together.Single(result => result.Index == i).Score, alone[0].Score);
        }
    }

    [Fact]
    public async Task Equal_documents_keep_their_order()
    {
        IReadOnlyList<(int Index, double Score)> results = await ResultsAsync("backup", ["no", "a backup", "no", "a backup", "no"]);
        Assert.Equal([1, 3, 0, 2, 4], results.Select(result => result.Index));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(100, 8)]
    public async Task Top_n_limits_the_results(int top, int count) =>
        Assert.Equal(count, (await ResultsAsync("capital", Documents, $"\"top_n\":{top}")).Count);

    [Fact]
    public async Task Only_the_beginning_of_a_long_document_counts()
    {
        string[] documents = [EmbedSamples.Repeat("filler ", 20) + "password", "a password"];
        IReadOnlyList<(int Index, double Score)> cut = await ResultsAsync("password", documents, "\"max_tokens_per_doc\":10");
        IReadOnlyList<(int Index, double Score)> whole = await ResultsAsync("password", documents);
        Assert.True(cut[1].Score < 0.1);
        Assert.True(whole[1].Score > 0.5);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(100, 1)]
    [InlineData(101, 2)]
    [InlineData(10000, 100)]
    public async Task A_search_unit_covers_a_hundred_documents(int count, int units)
    {
        using EmulatedAnswer answer = await ToAsync(Body("a", Enumerable.Repeat("b", count), "\"top_n\":1"));
        Assert.Equal(units, answer.Json.GetProperty("meta").GetProperty("billed_units").GetProperty("search_units").GetInt32());
    }

    [Theory]
    [InlineData("\"model\":null", 400, "a model parameter is required for this endpoint.")]
    [InlineData("\"model\":\"nope\"", 404, "model 'nope' not found")]
    [InlineData("\"model\":\"embed-v4.0\"", 400, "model 'embed-v4.0' is not supported by the rerank API")]
    [InlineData("\"query\":\" \"", 400, "invalid request: query must not be empty or be only whitespace")]
    [InlineData("\"query\":null", 400, "invalid request: query must not be empty or be only whitespace")]
    [InlineData("\"query\":5", 422, "parameter query is of type number but should be of type string")]
    [InlineData("\"documents\":[]", 400, "invalid request: list of documents must not be empty")]
    [InlineData("\"documents\":null", 400, "invalid request: list of documents must not be empty")]
    [InlineData("\"documents\":[\"a\",\"\"]", 400, "invalid request: document at index 1 cannot be empty")]
    [InlineData("\"documents\":[{\"text\":\"a\"}]", 422, "parameter documents[0] is of type object but should be of type string")]
    [InlineData("\"documents\":[\"a\",\"emulate:400\"]", 400, "invalid request: the text at index 1 was refused as the request asked")]
    [InlineData("\"top_n\":0", 400, "top_n must be at least 1")]
    [InlineData("\"max_tokens_per_doc\":0", 400, "max_tokens_per_doc must be at least 1")]
    [InlineData("\"priority\":1000", 400, "priority must be between 0 and 999 inclusive.")]
    [InlineData("\"top_k\":1", 422, "unknown field: parameter 'top_k' is not a valid field")]
    public async Task An_invalid_field_is_named(string field, int status, string message)
    {
        using EmulatedAnswer answer = await ToAsync(Body("a", ["b"], field));
        Assert.Equal(status, answer.Status);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_ten_thousand_documents_are_refused()
    {
        using EmulatedAnswer answer = await ToAsync(Body("a", Enumerable.Repeat("b", 10001)));
        Assert.Equal(400, answer.Status);
        Assert.Equal("invalid request: total number of documents must be at most 10000 - received 10001", answer.Message);
    }

    [Fact]
    public async Task Request_and_response_match_the_API_description()
    {
        string body = Body("capital", Documents, "\"top_n\":2,\"max_tokens_per_doc\":100,\"priority\":3");
        using EmulatedAnswer answer = await ToAsync(body);
        Assert.Empty(ApiDescription.Current.RequestErrors("rerankv2", JsonDocument.Parse(body).RootElement));
        Assert.Empty(ApiDescription.Current.ResponseErrors("rerankv2", 200, answer.Json, strict: true));
    }

    private static string Body(string query, IEnumerable<string> documents, string fields = "")
    {
        var body = new JsonObject
        {
            ["model"] = "rerank-v4.0-pro",
            ["query"] = query,
            ["documents"] = new JsonArray([.. documents.Select(document => JsonValue.Create(document))]),
        };
        foreach (KeyValuePair<string, JsonNode?> field in JsonNode.Parse("{" + fields + "}")!.AsObject())
        {
            body[field.Key] = field.Value?.DeepClone();
        }

        return body.ToJsonString();
    }

    private static Task<EmulatedAnswer> ToAsync(string body) => EmulatedAnswer.ToAsync("POST", "/v2/rerank", body);

    private static async Task<IReadOnlyList<(int Index, double Score)>> ResultsAsync(string query, string[] documents, string fields = "")
    {
        using EmulatedAnswer answer = await ToAsync(Body(query, documents, fields));
        Assert.True(answer.Status == 200, answer.Body);
        return [.. answer.Json.GetProperty("results").EnumerateArray()
            .Select(result => (result.GetProperty("index").GetInt32(), result.GetProperty("relevance_score").GetDouble()))];
    }
}
