using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

public sealed class DatasetTests
{
    private const string Path = "/v1/datasets";

    [Fact]
    public async Task Each_response_matches_the_API_description()
    {
        using HttpClient client = StoreSamples.Client();
        const string Query = "name=test&type=embed-input&keep_fields=page&optional_fields=more&keep_original_file=true&skip_malformed_input=true&text_separator=x&csv_delimiter=,";
        using EmulatedAnswer created = await StoreSamples.UploadAsync(client, StoreSamples.TwoTexts + "nonsense", Query);
        await StoreSamples.SettledAsync(client, created.Json.Id());
        await StoreSamples.DatasetAsync(client, "nonsense");
        await StoreSamples.DatasetAsync(client, "{\"text\":\"a\",\"label\":\"b\"}", "name=b&type=single-label-classification-finetune-input");
        using EmulatedAnswer one = await EmulatedAnswer.ToAsync(client, "GET", $"{Path}/{created.Json.Id()}");
        using EmulatedAnswer list = await EmulatedAnswer.ToAsync(client, "GET", Path);
        using EmulatedAnswer usage = await EmulatedAnswer.ToAsync(client, "GET", Path + "/usage");
        using EmulatedAnswer deleted = await EmulatedAnswer.ToAsync(client, "DELETE", $"{Path}/{created.Json.Id()}");

        Assert.Empty(ApiDescription.Current.QueryErrors("create-dataset", Query.Split('&').Select(pair => pair.Split('=')[0])));
        Assert.Empty(ApiDescription.Current.ResponseErrors("create-dataset", 200, created.Json, strict: true));
        Assert.Empty(ApiDescription.Current.ResponseErrors("get-dataset", 200, one.Json, strict: true));
        Assert.Empty(ApiDescription.Current.ResponseErrors("list-datasets", 200, list.Json, strict: true));
        Assert.Empty(ApiDescription.Current.ResponseErrors("get-dataset-usage", 200, usage.Json, strict: true));
        Assert.Empty(ApiDescription.Current.ResponseErrors("delete-dataset", 200, deleted.Json, strict: true));
        Assert.Equal(3, list.Json.GetProperty("datasets").GetArrayLength());
    }

    [Fact]
    public async Task Rows_contain_the_required_fields_and_the_kept_fields()
    {
        using HttpClient client = StoreSamples.Client();
        const string Data = "{\"text\":\"one\",\"page\":1,\"tag\":null,\"drop\":0}\n\n{\"text\":\"zwölf 🎉\",\"page\":2.5,\"tag\":[\"x\"],\"more\":{\"a\":true}}";
        JsonElement dataset = await StoreSamples.DatasetAsync(client, Data, "name=test&type=embed-input&keep_fields=page&keep_fields=tag&optional_fields=more");

        Assert.Equal("validated", dataset.Text("validation_status"));
        Assert.Equal(
            "{\"text\":\"one\",\"page\":1,\"tag\":null,\"more\":null}\n{\"text\":\"zwölf 🎉\",\"page\":2.5,\"tag\":[\"x\"],\"more\":{\"a\":true}}",
            WebUtility.HtmlDecode(string.Join("\n", (await StoreSamples.RowsAsync(dataset)).Select(Relaxed))));
        Assert.Equal(["text"], dataset.GetProperty("required_fields").EnumerateArray().Select(field => field.GetString()));
        Assert.Equal(["page", "tag", "more"], dataset.GetProperty("preserve_fields").EnumerateArray().Select(field => field.GetString()));
        Assert.Equal("record", JsonNode.Parse(dataset.Text("schema"))!["type"]!.GetValue<string>());
        Assert.Contains("\"text\":\"one\"", dataset.Parts()[0].GetProperty("samples")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text,page\r\n\"a \"\"cat\"\", black\",1\r\n\"two\nlines\",2\r\n", "name=a&type=embed-input&keep_fields=page", "data.csv", "[\"a \\u0022cat\\u0022, black\",\"two\\nlines\"]")]
    [InlineData("page;text\n1;a cat\n2;a dog", "name=a&type=embed-input&csv_delimiter=%3B", "DATA.CSV", "[\"a cat\",\"a dog\"]")]
    [InlineData("one\n\ntwo\n", "name=a&type=embed-input", "data.txt", "[\"one\",\"two\"]")]
    [InlineData("one\ntwo---three", "name=a&type=embed-input&text_separator=---", "data.txt", "[\"one\\ntwo\",\"three\"]")]
    [InlineData("\ufeff{\"text\":\"with a mark\"}", "name=a&type=embed-input", "a.jsonl", "[\"with a mark\"]")]
    public async Task Each_file_type_is_read(string data, string query, string file, string texts)
    {
        using HttpClient client = StoreSamples.Client();
        IReadOnlyList<JsonObject> rows = await StoreSamples.RowsAsync(await StoreSamples.DatasetAsync(client, data, query, file));
        Assert.Equal(texts, JsonSerializer.Serialize(rows.Select(row => row["text"]!.GetValue<string>())));
    }

    public static TheoryData<string, string, string> MalformedRows() => new()
    {
        { "embed-input", "{\"text\":\"a\"}\n{\"title\":\"b\"}", "line 2: field 'text' is missing" },
        { "embed-input", "{\"text\":\"a\"}\n\n{\"text\":5}", "line 3: field 'text' must be a string" },
        { "embed-input", "{\"text\":\" \"}", "line 1: field 'text' must not be empty" },
        { "embed-input", "{\"text\":\"a\"}\n{\"text\":", "line 2: not valid JSON" },
        { "embed-input", "{\"text\":\"a\"}\n[1]", "line 2: not a JSON object" },
        { "embed-input", "{\"text\":\"\\ud800\"}", "line 1: half of a surrogate pair in a string" },
        { "batch-chat-v2-input", "{\"custom_id\":\"1\"}", "line 1: field 'body' is missing" },
        { "batch-chat-v2-input", "{\"custom_id\":\"1\",\"body\":\"text\"}", "line 1: field 'body' must be an object" },
        { "batch-embed-v2-input", "{\"body\":{}}", "line 1: field 'custom_id' is missing" },
        { "batch-embed-v2-input", "{\"custom_id\":\"1\",\"body\":{}}\n{\"custom_id\":\"1\",\"body\":{}}", "line 2: custom_id '1' is not unique" },
        { "reranker-finetune-input", "{\"query\":\"q\",\"relevant_passages\":[],\"hard_negatives\":[]}", "line 1: field 'relevant_passages' must not be empty" },
        { "multi-label-classification-finetune-input", "{\"text\":\"q\",\"label\":\"x\"}", "line 1: field 'label' must be a list of strings" },
        { "chat-finetune-input", "{\"messages\":[{\"role\":\"Nobody\",\"content\":\"x\"}]}", "line 1: each of 'messages' must have a role" },
    };

    [Theory]
    [MemberData(nameof(MalformedRows))]
    public async Task A_malformed_row_fails_the_validation_and_its_line_is_named(string type, string data, string error)
    {
        using HttpClient client = StoreSamples.Client();
        JsonElement dataset = await StoreSamples.DatasetAsync(client, data, "name=a&type=" + type);
        Assert.Equal("failed", dataset.Text("validation_status"));
        Assert.Contains(error, dataset.Text("validation_error"), StringComparison.Ordinal);
        Assert.Empty(dataset.Parts());
    }

    [Fact]
    public async Task Malformed_rows_can_be_skipped_with_a_warning_for_each()
    {
        using HttpClient client = StoreSamples.Client();
        string bad = string.Concat(Enumerable.Repeat("nonsense\n", 12));
        JsonElement dataset = await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts + bad, "name=a&type=embed-input&skip_malformed_input=true");
        string?[] warnings = [.. dataset.GetProperty("validation_warnings").EnumerateArray().Select(warning => warning.GetString())];

        Assert.Equal("validated", dataset.Text("validation_status"));
        Assert.Equal(2, (await StoreSamples.RowsAsync(dataset)).Count);
        Assert.Equal("line 3: not valid JSON", warnings[0]);
        Assert.Equal("and 2 more", warnings[^1]);
    }

    [Theory]
    [InlineData("nonsense", "&skip_malformed_input=true", "no row is left: line 1: not valid JSON")]
    [InlineData("\n\n", "", "the file has no rows")]
    [InlineData("{\"text\":\"a\"}", "&keep_fields=page", "line 1: field 'page' is missing")]
    public async Task A_dataset_without_the_required_data_fails(string data, string query, string error)
    {
        using HttpClient client = StoreSamples.Client();
        JsonElement dataset = await StoreSamples.DatasetAsync(client, data, "name=a&type=embed-input" + query);
        Assert.EndsWith(error, dataset.Text("validation_error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validation_takes_the_set_time_and_passes_through_its_states()
    {
        List<string> states = await StoreSamples.UnhurriedAsync(StatesAsync, seen => seen.Count == 3);

        Assert.Equal(["queued", "processing", "validated"], states);

        static async Task<List<string>> StatesAsync(int duration)
        {
            using HttpClient client = StoreSamples.Client(new CohereEmulatorOptions { ValidationDurationMs = duration });
            using EmulatedAnswer created = await StoreSamples.UploadAsync(client, StoreSamples.TwoTexts);
            var states = new List<string>();
            await StoreSamples.WaitAsync(client, $"{Path}/{created.Json.Id()}", json =>
            {
                states.Add(json.GetProperty("dataset").Text("validation_status"));
                return states[^1] == "validated";
            });
            return [.. states.Distinct()];
        }
    }

    [Fact]
    public async Task Many_rows_are_split_into_several_files()
    {
        using HttpClient client = StoreSamples.Client();
        string data = string.Join("\n", Enumerable.Range(0, 10_001).Select(i => $"{{\"text\":\"text {i}\"}}"));
        JsonElement dataset = await StoreSamples.DatasetAsync(client, data);

        Assert.Equal([5000, 5000, 1], dataset.Parts().Select(part => part.GetProperty("num_rows").GetInt32()));
        Assert.Equal([0, 1, 2], dataset.Parts().Select(part => part.GetProperty("index").GetInt32()));
        IReadOnlyList<JsonObject> rows = await StoreSamples.RowsAsync(dataset);
        Assert.Equal(Enumerable.Range(0, 10_001).Select(i => $"text {i}"), rows.Select(row => row["text"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Evaluation_data_is_in_separate_files_and_the_original_is_returned_unchanged()
    {
        using HttpClient client = StoreSamples.Client();
        const string Row = "{\"text\":\"a\",\"label\":\"b\"}";
        JsonElement dataset = await StoreSamples.DatasetAsync(
            client, Row + "\n" + Row, "name=a&type=single-label-classification-finetune-input&keep_original_file=true", eval: Row);
        JsonElement metrics = dataset.GetProperty("metrics").GetProperty("finetune_dataset_metrics");

        Assert.Equal([2, 1], dataset.Parts().Select(part => part.GetProperty("num_rows").GetInt32()));
        Assert.Equal(2, metrics.GetProperty("train_examples").GetInt32());
        Assert.Equal(1, metrics.GetProperty("eval_examples").GetInt32());
        using var network = new HttpClient();
        Assert.Equal(Row + "\n" + Row, await network.GetStringAsync(dataset.Parts()[0].Text("original_url")));
    }

    [Theory]
    [InlineData("type=embed-input", "data.jsonl", "name is required")]
    [InlineData("name=%20&type=embed-input", "data.jsonl", "name is required")]
    [InlineData("name=01234567890123456789012345678901234567890123456789&type=embed-input", "data.jsonl", "name must be less than 50 characters - received 50")]
    [InlineData("name=a", "data.jsonl", "type is required")]
    [InlineData("name=a&type=embed-result", "data.jsonl", "type must be one of embed-input, ")]
    [InlineData("name=a&type=embed-input", "data.xlsx", "data must have one of the extensions .jsonl, .csv, .txt - received '.xlsx'")]
    [InlineData("name=a&type=embed-input&keep_fields=two%20words", "data.jsonl", "keep_fields has 'two words', which is no name of a field")]
    [InlineData("name=a&type=embed-input&csv_delimiter=ab", "data.jsonl", "csv_delimiter must be one character")]
    public async Task An_invalid_upload_is_refused_with_only_a_message(string query, string file, string message)
    {
        using HttpClient client = StoreSamples.Client();
        using EmulatedAnswer answer = await StoreSamples.UploadAsync(client, StoreSamples.TwoTexts, query, file);
        Assert.Equal(400, answer.Status);
        Assert.StartsWith("invalid request: " + message, answer.Message, StringComparison.Ordinal);
        Assert.Single(answer.Json.EnumerateObject());
    }

    [Fact]
    public async Task A_body_that_is_not_a_form_or_has_no_file_is_refused()
    {
        using HttpClient client = StoreSamples.Client();
        using EmulatedAnswer json = await EmulatedAnswer.ToAsync(client, "POST", Path + "?name=a&type=embed-input", "{}");
        using EmulatedAnswer nothing = await EmulatedAnswer.ToAsync(client, "POST", Path + "?name=a&type=embed-input");
        using EmulatedAnswer noFile = await EmulatedAnswer.ToAsync(
            client, Path + "?name=a&type=embed-input", new MultipartFormDataContent { { new StringContent("x"), "other" } });
        using EmulatedAnswer empty = await StoreSamples.UploadAsync(client, string.Empty);
        using EmulatedAnswer eval = await StoreSamples.UploadAsync(client, StoreSamples.TwoTexts, eval: StoreSamples.TwoTexts);
        using var cut = new ByteArrayContent(Encoding.UTF8.GetBytes("--b\r\nContent-Disposition: form-data; name=data\r\n\r\n{}"));
        cut.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        using EmulatedAnswer broken = await EmulatedAnswer.ToAsync(client, Path + "?name=a&type=embed-input", cut);

        Assert.Equal("invalid request: the body must be of the type multipart/form-data", json.Message);
        Assert.Equal(400, nothing.Status);
        Assert.Equal("invalid request: data is required", noFile.Message);
        Assert.Equal("invalid request: data must not be empty", empty.Message);
        Assert.StartsWith("invalid request: eval_data cannot be used", eval.Message, StringComparison.Ordinal);
        Assert.Equal("invalid request: the multipart body ends early", broken.Message);
    }

    [Theory]
    [InlineData("GET", "/v1/datasets/none", 404)]
    [InlineData("DELETE", "/v1/datasets/none", 404)]
    [InlineData("GET", "/v1/datasets?limit=many", 422)]
    [InlineData("GET", "/v1/datasets?offset=-1", 400)]
    [InlineData("GET", "/v1/datasets?before=tomorrow", 400)]
    [InlineData("GET", "/v1/datasets?validationStatus=fine", 400)]
    public async Task A_missing_item_or_an_invalid_parameter_is_refused(string method, string path, int status)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(method, path);
        Assert.Equal(status, answer.Status);
        Assert.Equal("message", Assert.Single(answer.Json.EnumerateObject()).Name);
    }

    [Fact]
    public async Task Pages_list_each_of_a_thousand_datasets_once_and_newest_first()
    {
        using HttpClient client = StoreSamples.Client();
        for (int i = 0; i < 1000; i++)
        {
            using EmulatedAnswer answer = await StoreSamples.UploadAsync(client, "{\"text\":\"a\"}", $"name=set-{i}&type=embed-input");
            Assert.Equal(200, answer.Status);
        }

        var names = new List<string>();
        for (int offset = 0; ; offset += 300)
        {
            using EmulatedAnswer page = await EmulatedAnswer.ToAsync(client, "GET", $"{Path}?limit=300&offset={offset}");
            string[] some = [.. page.Json.GetProperty("datasets").EnumerateArray().Select(dataset => dataset.Text("name"))];
            names.AddRange(some);
            if (some.Length < 300)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(0, 1000).Reverse().Select(i => $"set-{i}"), names);
    }

    [Fact]
    public async Task The_list_is_filtered_by_type_status_and_time()
    {
        using HttpClient client = StoreSamples.Client();
        await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts, "name=good&type=embed-input");
        JsonElement middle = await StoreSamples.DatasetAsync(client, "nonsense", "name=bad&type=embed-input");
        await StoreSamples.DatasetAsync(client, "{\"custom_id\":\"1\",\"body\":{}}", "name=batch&type=batch-chat-v2-input");
        string time = Uri.EscapeDataString(middle.Text("created_at"));

        Assert.Equal(["bad", "good"], await NamesAsync(client, "datasetType=embed-input"));
        Assert.Equal(["bad"], await NamesAsync(client, "validationStatus=failed"));
        Assert.Equal(["good"], await NamesAsync(client, "before=" + time));
        Assert.Equal(["batch"], await NamesAsync(client, "after=" + time));
        Assert.Empty(await NamesAsync(client, "datasetType=other"));
    }

    [Fact]
    public async Task Usage_counts_the_files_and_deleting_a_dataset_frees_its_space()
    {
        using HttpClient client = StoreSamples.Client();
        JsonElement dataset = await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts, "name=a&type=embed-input&keep_original_file=true");
        long usage = await UsageAsync(client);
        using EmulatedAnswer deleted = await EmulatedAnswer.ToAsync(client, "DELETE", $"{Path}/{dataset.Id()}");
        using EmulatedAnswer gone = await EmulatedAnswer.ToAsync(client, "GET", $"{Path}/{dataset.Id()}");
        using var network = new HttpClient();
        using HttpResponseMessage file = await network.GetAsync(dataset.Parts()[0].Text("url"));

        Assert.Equal(dataset.Parts()[0].GetProperty("size_bytes").GetInt64() + StoreSamples.TwoTexts.Length, usage);
        Assert.Equal("{}", deleted.Body);
        Assert.Equal(404, gone.Status);
        Assert.Equal(HttpStatusCode.NotFound, file.StatusCode);
        Assert.Equal(0, await UsageAsync(client));
    }

    [Fact]
    public async Task A_dataset_can_be_deleted_while_it_is_validated()
    {
        using HttpClient client = StoreSamples.Client(new CohereEmulatorOptions { ValidationDurationMs = 60_000 });
        using EmulatedAnswer created = await StoreSamples.UploadAsync(client, StoreSamples.TwoTexts);
        using EmulatedAnswer deleted = await EmulatedAnswer.ToAsync(client, "DELETE", $"{Path}/{created.Json.Id()}");
        Assert.Equal(200, deleted.Status);
        Assert.Empty(await NamesAsync(client, string.Empty));
    }

    private static async Task<string[]> NamesAsync(HttpClient client, string query)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "GET", $"{Path}?{query}");
        Assert.True(answer.Status == 200, answer.Body);
        return [.. answer.Json.GetProperty("datasets").EnumerateArray().Select(dataset => dataset.Text("name"))];
    }

    private static async Task<long> UsageAsync(HttpClient client)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "GET", Path + "/usage");
        return long.Parse(answer.Json.GetProperty("organization_usage").GetRawText(), CultureInfo.InvariantCulture);
    }

    private static string Relaxed(JsonObject row) =>
        row.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
            .Replace("\\uD83C\\uDF89", "🎉", StringComparison.Ordinal);
}
