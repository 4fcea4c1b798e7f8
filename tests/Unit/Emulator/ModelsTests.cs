using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

public sealed class ModelsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("?page_size=3&endpoint=chat&page_token=")]
    [InlineData("?endpoint=embed&default_only=true")]
    public async Task The_list_matches_the_API_description(string query)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("GET", "/v1/models" + query);
        IEnumerable<string> names = query.TrimStart('?').Split('&', System.StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')[0]);

        Assert.Empty(ApiDescription.Current.QueryErrors("list-models", names));
        Assert.Empty(ErrorsIn("list-models", answer));
    }

    [Fact]
    public async Task Each_model_of_the_list_can_be_requested_and_matches_the_API_description()
    {
        foreach (string name in await NamesAsync("/v1/models?page_size=1000"))
        {
            using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("GET", "/v1/models/" + name);
            Assert.Equal(name, answer.Json.GetProperty("name").GetString());

            // The service returns more than the description says.
            JsonObject described = JsonNode.Parse(answer.Body)!.AsObject();
            Assert.True(described.Remove("config"));
            Assert.Empty(ApiDescription.Current.ResponseErrors("get-model", 200, JsonSerializer.SerializeToElement(described), strict: true));
        }
    }

    [Fact]
    public async Task The_first_page_has_twenty_models_and_its_token_leads_to_the_rest()
    {
        using EmulatedAnswer first = await EmulatedAnswer.ToAsync("GET", "/v1/models");
        string token = first.Json.GetProperty("next_page_token").GetString()!;
        using EmulatedAnswer second = await EmulatedAnswer.ToAsync("GET", "/v1/models?page_token=" + System.Uri.EscapeDataString(token));

        Assert.Equal(20, Names(first).Count);
        Assert.False(second.Json.TryGetProperty("next_page_token", out _));
        Assert.Equal(await NamesAsync("/v1/models?page_size=1000"), Names(first).Concat(Names(second)));
    }

    [Fact]
    public async Task The_list_is_filtered_by_endpoint_and_default_only()
    {
        Assert.Equal(["embed-v4.0"], await NamesAsync("/v1/models?endpoint=embed&default_only=true"));
        Assert.All(await NamesAsync("/v1/models?endpoint=rerank"), name => Assert.StartsWith("rerank-", name, System.StringComparison.Ordinal));
        Assert.Empty(await NamesAsync("/v1/models?endpoint=rate"));
    }

    [Fact]
    public async Task A_single_model_has_its_details_in_a_configuration()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("GET", "/v1/models/command-a-reasoning-08-2025");
        JsonElement config = answer.Json.GetProperty("config");
        Assert.Equal(["name", "endpoints", "finetuned", "context_length", "tokenizer_url", "features", "default_endpoints", "config"], answer.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal("""{"temperature":0.6,"p":0.95}""", config.GetProperty("sampling_defaults").GetRawText());
        Assert.Equal(32768, config.GetProperty("max_output_tokens").GetInt32());
    }

    [Fact]
    public async Task The_client_reads_the_configuration()
    {
        using CohereSession session = TestSession.Open(new CohereSessionOptions { ApiKey = TestSession.Key, Handler = new CohereEmulatorHandler(new CohereEmulatorOptions()) });
        CohereModel model = await new CohereClient(session).Models.GetAsync("command-a-reasoning-08-2025");
        Assert.Equal(32768, model.MaxOutputTokens);
        Assert.Equal("Temperature 0.6, P 0.95", model.SamplingDefaults!.ToString());
    }

    [Fact]
    public async Task The_transcription_model_names_no_endpoint()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("GET", "/v1/models/cohere-transcribe-03-2026");
        Assert.Empty(answer.Json.GetProperty("endpoints").EnumerateArray());
        Assert.False(answer.Json.TryGetProperty("context_length", out _));
    }

    [Theory]
    [InlineData("GET", "/v1/models?default_only=true", 400)]
    [InlineData("GET", "/v1/models?page_size=0", 400)]
    [InlineData("GET", "/v1/models?page_size=1001", 400)]
    [InlineData("GET", "/v1/models?page_size=many", 422)]
    [InlineData("GET", "/v1/models?endpoint=dance", 400)]
    [InlineData("GET", "/v1/models?page_token=bogus", 400)]
    [InlineData("GET", "/v1/models/no%20such%2Fmodel", 404)]
    public async Task An_invalid_request_is_refused_with_only_a_message(string method, string path, int status)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(method, path);
        Assert.Equal(status, answer.Status);
        Assert.Equal("message", Assert.Single(answer.Json.EnumerateObject()).Name);
    }

    [Fact]
    public async Task A_name_in_the_path_is_decoded()
    {
        using EmulatedAnswer found = await EmulatedAnswer.ToAsync("GET", "/v1/models/command%2Da%2D03%2D2025");
        using EmulatedAnswer missing = await EmulatedAnswer.ToAsync("GET", "/v1/models/no%20such");
        Assert.Equal(200, found.Status);
        Assert.StartsWith("model 'no such' not found", missing.Message, System.StringComparison.Ordinal);
    }

    // The description's list of endpoints is older than parse.
    private static IEnumerable<string> ErrorsIn(string operationId, EmulatedAnswer answer) =>
        ApiDescription.Current.ResponseErrors(operationId, 200, answer.Json, strict: true);

    private static async Task<IReadOnlyList<string>> NamesAsync(string path)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("GET", path);
        return Names(answer);
    }

    private static IReadOnlyList<string> Names(EmulatedAnswer answer) =>
        [.. answer.Json.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()!)];
}
