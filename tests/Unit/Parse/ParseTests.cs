using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class ParseTests
{
    private const string Image = "data:image/png;base64,iVBORw0KGgo=";

    private const string InMarkdown = """
        {"id":"p1","pages":[
          {"index":0,"type":"markdown","markdown":{"content":"# Grüße 👋\n\n![A logo](img-0)\n","images":[
            {"id":"img-0","description":"A logo","category":"logo",
             "bounding_box":{"top_left_x":10,"top_left_y":20,"bottom_right_x":300,"bottom_right_y":400},
             "bounding_box_normalized":{"top_left_x":0.01,"top_left_y":0.02,"bottom_right_x":0.3,"bottom_right_y":0.4}}]}},
          {"index":1,"type":"markdown","markdown":{"content":"Page 2"}}],
         "meta":{"api_version":{"version":"2"},"billed_units":{"pages":2}}}
        """;

    private const string InBlocks = """
        {"id":"p2","pages":[{"index":0,"type":"blocks","blocks":[
          {"type":"text","text":{"content":"# Invoice\n"}},
          {"type":"image","image":{"id":"img-0","description":"A sign [by hand]\nin blue","category":"signature",
           "bounding_box":{"top_left_x":1,"top_left_y":2,"bottom_right_x":3,"bottom_right_y":4},
           "bounding_box_normalized":{"top_left_x":0.1,"top_left_y":0.2,"bottom_right_x":0.3,"bottom_right_y":0.4}}},
          {"type":"table","table":{"type":"html","html":"<table><tr><td>1</td></tr></table>","title":"Sums","description":"One sum",
           "bounding_box":{"top_left_x":5,"top_left_y":6,"bottom_right_x":7,"bottom_right_y":8},
           "bounding_box_normalized":{"top_left_x":0.5,"top_left_y":0.6,"bottom_right_x":0.7,"bottom_right_y":0.8}}}]}],
         "meta":{"billed_units":{"pages":1}}}
        """;

    private static ParseRequest Full => new() { Model = "parse-x", Document = new ParseImage { ImageUrl = Image }, OutputFormat = ParseFormat.Blocks };

    [Fact]
    public async Task Every_parameter_has_the_name_of_the_API()
    {
        JsonElement body = await SendAsync(Full);

        Assert.Equal(["model", "document", "output_format"], body.EnumerateObject().Select(property => property.Name));
        Assert.Equal("parse-x", body.GetProperty("model").GetString());
        Assert.Equal($$"""{"type":"image_url","image_url":"{{Image}}"}""", body.GetProperty("document").GetRawText());
        Assert.Equal("blocks", body.GetProperty("output_format").GetString());
    }

    [Fact]
    public async Task Values_that_are_not_set_are_not_sent_and_the_model_is_the_default()
    {
        JsonElement body = await SendAsync(Full with { Model = null, OutputFormat = null });

        Assert.Equal(["model", "document"], body.EnumerateObject().Select(property => property.Name));
        Assert.Equal(DefaultModels.Parse, body.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Every_request_matches_the_API_description()
    {
        var web = new ParseImage { ImageUrl = "https://example.com/a%20b.png?sig=a+b%2B&x=\"" };
        foreach (ParseRequest request in new[] { Full, Full with { OutputFormat = ParseFormat.Markdown, Document = web }, Full with { OutputFormat = null, Model = null } })
        {
            JsonElement body = await SendAsync(request);
            Assert.Empty(ApiDescription.Current.RequestErrors("parsev2", body));
            Assert.Equal(request.Document.ImageUrl, body.GetProperty("document").GetProperty("image_url").GetString());
        }
    }

    [Theory]
    [InlineData(InMarkdown)]
    [InlineData(InBlocks)]
    public void The_responses_in_these_tests_match_the_API(string answer) =>
        Assert.Empty(ApiDescription.Current.ResponseErrors("parsev2", 200, JsonDocument.Parse(answer).RootElement));

    [Fact]
    public async Task Pages_in_Markdown_are_read()
    {
        ParsedDocument document = await ReadAsync(InMarkdown);

        Assert.Equal("p1", document.Id);
        Assert.Equal("parse-x", document.Model);
        Assert.Equal("# Grüße 👋\n\n![A logo](img-0)\n\nPage 2", document.Text);
        Assert.Equal(document.Text, document.ToString());
        Assert.Equal(2, document.Usage.BilledPages);
        Assert.Equal("2 pages", document.Usage.ToString());
        Assert.Equal([0L, 1L], document.Pages.Select(page => page.Index));
        Assert.All(document.Pages, page => Assert.Empty(page.Blocks));
        Assert.Equal("Page 2", document.Pages[1].ToString());
        ParsedImage image = Assert.Single(document.Pages[0].Images);
        Assert.Equal(("img-0", "A logo", "logo"), (image.Id, image.Description, image.Category));
        Assert.Equal(new BoundingBox(10, 20, 300, 400), image.BoundingBox);
        Assert.Equal("(0.01, 0.02) - (0.3, 0.4)", image.BoundingBoxNormalized!.ToString());
    }

    [Fact]
    public async Task Pages_in_blocks_are_read_and_their_text_is_that_of_all_blocks()
    {
        ParsedDocument document = await ReadAsync(InBlocks);

        Assert.Equal("# Invoice\n\n![A sign \\[by hand\\] in blue](img-0)\n\nSums\n\n<table><tr><td>1</td></tr></table>", document.Text);
        ParsedPage page = Assert.Single(document.Pages);
        Assert.Equal(("blocks", document.Text), (page.Type, page.Markdown));
        Assert.Equal(["text", "image", "table"], page.Blocks.Select(block => block.Type));
        Assert.Equal("# Invoice\n", page.Blocks[0].Text);
        ParsedBlock table = page.Blocks[2];
        Assert.Equal(("<table><tr><td>1</td></tr></table>", "Sums", "One sum"), (table.Html, table.Title, table.Description));
        Assert.Equal(new BoundingBox(5, 6, 7, 8), table.BoundingBox);
        Assert.Equal(new BoundingBox(0.5, 0.6, 0.7, 0.8), table.BoundingBoxNormalized);
        ParsedImage image = Assert.Single(page.Images);
        Assert.Equal(("img-0", "signature", new BoundingBox(1, 2, 3, 4)), (image.Id, image.Category, image.BoundingBox));
        Assert.Equal((image.Id, image.Category, image.Description), (page.Blocks[1].Id, page.Blocks[1].Category, page.Blocks[1].Description));
    }

    [Theory]
    [InlineData("""{"type":"raw_generation","raw_generation":{"content":"raw text"}}""", "raw text")]
    [InlineData("""{"type":"raw_generation","raw_generation":{"text":"raw text"}}""", "raw text")]
    [InlineData("""{"type":"raw_generation","raw_generation":{"generation":{"content":"raw text"}}}""", "raw text")]
    [InlineData("""{"type":"raw_generation","raw_generation":"raw text"}""", "raw text")]
    [InlineData("""{"type":"raw_generation","content":"raw text"}""", "raw text")]
    [InlineData("""{"type":"raw_generation","raw_generation":{"tokens":[1]}}""", """{"tokens":[1]}""")]
    [InlineData("""{"type":"slides","slides":{"blocks":[{"type":"text","text":{"content":"one"}}]}}""", "one")]
    [InlineData("""{"type":"slides","slides":[{"type":"text","text":{"content":"one"}},{"type":"text","text":{"content":"two"}}]}""", "one\n\ntwo")]
    [InlineData("""{"markdown":{"content":"no type"}}""", "no type")]
    [InlineData("""{"type":"blocks","blocks":[{"type":"formula","formula":{"content":"E=mc²"}}]}""", "E=mc²")]
    [InlineData("""{"type":"blocks","blocks":[{"type":"formula","formula":{"latex":"x"}}]}""", """{"latex":"x"}""")]
    [InlineData("""{"type":"blocks","blocks":[{"type":"text","text":"plain"},7,null,"words"]}""", "plain\n\n7\n\nwords")]
    [InlineData("""{"type":"blocks","blocks":[{"type":"table","table":{"type":"markdown","markdown":"| a |","title":"T"}}]}""", "T\n\n| a |")]
    [InlineData("""{"type":"blocks","blocks":[]}""", "")]
    [InlineData("""{"type":"blocks"}""", "")]
    [InlineData("""{"type":"markdown","markdown":{"images":[]}}""", "")]
    [InlineData("""{"type":"markdown","markdown":null}""", "")]
    [InlineData("\"just text\"", "just text")]
    public async Task The_text_of_a_page_or_block_that_is_not_known_is_kept(string page, string text)
    {
        ParsedDocument document = await ReadAsync($$"""{"id":"x","pages":[{{page}}]}""");

        Assert.Equal(text, document.Text);
        Assert.Equal(text, Assert.Single(document.Pages).Markdown);
    }

    [Fact]
    public async Task A_page_without_a_place_or_with_odd_values_is_read()
    {
        ParsedDocument document = await ReadAsync("""
            {"pages":[null,{"type":"markdown","markdown":{"content":"a","images":[
              {"id":"i","bounding_box":null,"bounding_box_normalized":{"top_left_x":"0.5","top_left_y":1e999,"bottom_right_x":1,"bottom_right_y":1}},
              {"description":7,"category":"chart","bounding_box":{"top_left_x":1.5,"top_left_y":"2","bottom_right_x":3,"bottom_right_y":4}},
              "text",null]}}]}
            """);

        ParsedPage page = Assert.Single(document.Pages);
        Assert.Equal(1, page.Index);
        Assert.Equal(3, page.Images.Count);
        Assert.Null(page.Images[0].BoundingBox);
        Assert.Null(page.Images[0].BoundingBoxNormalized);
        Assert.Equal(("chart", string.Empty, new BoundingBox(1.5, 2, 3, 4)), (page.Images[1].Category, page.Images[1].Description, page.Images[1].BoundingBox));
        Assert.Equal(string.Empty, document.Id);
        Assert.Equal(0, document.Usage.BilledPages);
    }

    [Fact]
    public async Task A_document_without_pages_has_no_text() => Assert.Equal(string.Empty, (await ReadAsync("""{"id":"x","pages":[]}""")).Text);

    [Fact]
    public async Task Half_of_a_surrogate_pair_becomes_a_replacement_character() =>
        Assert.Equal("\uFFFD", (await ReadAsync("""{"pages":[{"type":"markdown","markdown":{"content":"\ud800"}}]}""")).Text);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"pages":null}""")]
    [InlineData("""{"pages":"text"}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("<html></html>")]
    [InlineData("")]
    public async Task A_response_that_is_not_a_document_is_an_error(string json)
    {
        CohereException failure = await Assert.ThrowsAsync<CohereException>(() => ReadAsync(json));

        Assert.Equal(ErrorReason.InvalidAnswer, failure.Reason);
    }

    [Fact]
    public async Task An_answer_with_any_damage_is_read_or_is_an_error_of_the_client()
    {
        // Each value of an answer is replaced by values of other types.
        JsonNode?[] others = [null, JsonValue.Create(7), JsonValue.Create("text"), JsonValue.Create(true), new JsonArray(1), new JsonObject { ["type"] = "x" }];
        foreach (string answer in new[] { InMarkdown, InBlocks })
        {
            foreach (string path in PathsIn(JsonNode.Parse(answer)!))
            {
                foreach (JsonNode? other in others)
                {
                    JsonNode damaged = JsonNode.Parse(answer)!;
                    Replace(damaged, path, other?.DeepClone());
                    using var server = new FaultServer(Answer.Json(damaged.ToJsonString()));
                    using CohereSession session = TestSession.Open(server);
                    try
                    {
                        ParsedDocument document = await new CohereClient(session).Parse.ParseAsync(Full);
                        Assert.NotNull(document.Text);
                    }
                    catch (CohereException failure)
                    {
                        Assert.Equal(ErrorReason.InvalidAnswer, failure.Reason);
                        Assert.True(path.StartsWith("$.id", StringComparison.Ordinal) || path == "$.pages" || path.StartsWith("$.meta", StringComparison.Ordinal), path);
                    }
                }
            }
        }
    }

    [Fact]
    public async Task The_web_address_of_the_image_is_kept_and_a_data_URI_is_not()
    {
        var address = new ParseImage { ImageUrl = "https://example.com/scan.png?sig=1" };

        Assert.Equal(address.ImageUrl, (await ReadAsync(InMarkdown, Full with { Document = address })).Uri!.OriginalString);
        Assert.Null((await ReadAsync(InMarkdown)).Uri);
    }

    [Fact]
    public async Task Pages_are_counted_by_the_session()
    {
        using var server = new FaultServer(Answer.Json(InMarkdown), Answer.Json(InBlocks));
        using CohereSession session = TestSession.Open(server);
        ParseClient parse = new CohereClient(session).Parse;

        await parse.ParseAsync(Full);
        await parse.ParseAsync(Full);

        UsageRecord usage = Assert.Single(session.GetUsage());
        Assert.Equal(("Parse", "parse-x", 3L, "3 pages"), (usage.Operation, usage.Model, usage.BilledPages, usage.Usage.ToString()));
    }

    [Fact]
    public async Task Pages_are_in_the_audit_file()
    {
        string log = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"audit-{Guid.NewGuid():N}.jsonl");
        try
        {
            using var server = new FaultServer(Answer.Json(InMarkdown));
            using (CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, ApiKey = TestSession.Key, AuditPath = log }))
            {
                await new CohereClient(session).Parse.ParseAsync(Full);
            }

            JsonElement line = JsonDocument.Parse(Assert.Single(System.IO.File.ReadAllLines(log))).RootElement;
            Assert.Equal(("Parse", 2), (line.GetProperty("operation").GetString(), line.GetProperty("billedPages").GetInt32()));
            Assert.DoesNotContain("Page 2", line.GetRawText(), StringComparison.Ordinal);
        }
        finally
        {
            System.IO.File.Delete(log);
        }
    }

    [Fact]
    public async Task A_request_without_an_image_is_refused_before_a_call()
    {
        using var server = new FaultServer(Answer.Json(InMarkdown));
        using CohereSession session = TestSession.Open(server);

        await Assert.ThrowsAsync<ArgumentException>(() => new CohereClient(session).Parse.ParseAsync(new ParseRequest()));

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_session_that_only_reads_refuses_it()
    {
        using var server = new FaultServer(Answer.Json(InMarkdown));
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, ApiKey = TestSession.Key, Access = OperationAccess.Read });

        CohereException failure = await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).Parse.ParseAsync(Full));

        Assert.Equal(ErrorReason.NotAllowed, failure.Reason);
        Assert.Empty(server.Requests);
    }

    private static async Task<ParsedDocument> ReadAsync(string json, ParseRequest? request = null)
    {
        using var server = new FaultServer(Answer.Json(json));
        using CohereSession session = TestSession.Open(server, retries: 0);
        return await new CohereClient(session).Parse.ParseAsync(request ?? Full);
    }

    private static async Task<JsonElement> SendAsync(ParseRequest request)
    {
        using var server = new FaultServer(Answer.Json(InMarkdown));
        using CohereSession session = TestSession.Open(server);
        await new CohereClient(session).Parse.ParseAsync(request);
        FaultExchange sent = Assert.Single(server.Requests);
        Assert.Equal("POST /v2/parse", $"{sent.Method} {sent.Target}");
        return sent.Json;
    }

    private static IEnumerable<string> PathsIn(JsonNode node)
    {
        IEnumerable<JsonNode> children = node switch
        {
            JsonObject item => item.Select(property => property.Value!),
            JsonArray list => list.Select(item => item!),
            _ => [],
        };
        return children.SelectMany(child => PathsIn(child).Prepend(child.GetPath()));
    }

    private static void Replace(JsonNode root, string path, JsonNode? value)
    {
        JsonNode found = Descendants(root).Single(node => node.GetPath() == path);
        switch (found.Parent)
        {
            case JsonObject item:
                item[found.GetPropertyName()] = value;
                break;
            case JsonArray list:
                list[found.GetElementIndex()] = value;
                break;
        }
    }

    private static IEnumerable<JsonNode> Descendants(JsonNode node) => node switch
    {
        JsonObject item => item.SelectMany(property => Descendants(property.Value!).Prepend(property.Value!)),
        JsonArray list => list.SelectMany(child => Descendants(child!).Prepend(child!)),
        _ => [],
    };
}
