using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Keys and routes of every operation.</summary>
public sealed class RoutesTests
{
    [Fact]
    public async Task Any_key_except_invalid_is_accepted()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("POST", "/v1/check-api-key");
        Assert.True(answer.Json.GetProperty("valid").GetBoolean());
        Assert.Empty(ApiDescription.Current.ResponseErrors("checkAPIKey", 200, answer.Json, strict: true));
    }

    [Theory]
    [InlineData("GET", "/v2/nothing", null)]
    [InlineData("PUT", "/v1/datasets", null)]
    [InlineData("POST", "/v2/chat", "{")]
    [InlineData("POST", "/v2/chat", "{}")]
    public async Task A_wrong_key_is_refused_before_anything_else(string method, string path, string? body)
    {
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { ApiKey = "the-right-one", EnforceRateLimit = true, MonthlyLimit = 1 }, "the-wrong-one");
        for (int i = 0; i < 2; i++)
        {
            using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, method, path, body);
            Assert.Equal(401, answer.Status);
            Assert.Equal("""{"id":"00000000-0000-0000-0000-000000000000","message":"invalid api token"}""", answer.Body);
        }
    }

    [Theory]
    [InlineData("the-right-one", 200)]
    [InlineData("The-right-one", 401)]
    [InlineData("the-right-one two", 401)]
    public async Task Only_the_key_of_the_options_is_accepted(string key, int status)
    {
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { ApiKey = "the-right-one" }, null);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + key);
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "GET", "/v1/models");
        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("invalid")]
    public void A_key_that_could_never_be_accepted_is_refused_as_an_option(string key)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new CohereEmulatorHandler(new CohereEmulatorOptions { ApiKey = key }));
        Assert.DoesNotContain("two words", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "no api key supplied")]
    [InlineData("invalid", "invalid api token")]
    public async Task Without_a_valid_key_every_operation_is_refused(string? key, string message)
    {
        using HttpClient client = EmulatedAnswer.Client(key: key);
        foreach (Operation operation in Operations.All)
        {
            string path = operation.Path.Replace("{", string.Empty, StringComparison.Ordinal).Replace("}", string.Empty, StringComparison.Ordinal);
            using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, operation.Method, path);
            Assert.Equal(401, answer.Status);
            Assert.Equal(message, answer.Message);
        }
    }

    [Theory]
    [InlineData("Basic abc")]
    [InlineData("Bearer ")]
    public async Task A_header_without_a_bearer_key_counts_as_no_key(string header)
    {
        using HttpClient client = EmulatedAnswer.Client(key: null);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "POST", "/v1/check-api-key");
        Assert.Equal("no api key supplied", answer.Message);
    }

    [Theory]
    [InlineData("POST", "/v1/generate")]
    [InlineData("POST", "/v1/summarize")]
    [InlineData("GET", "/v1/connectors")]
    [InlineData("POST", "/v1/connectors/some-id/oauth/authorize")]
    public async Task A_retired_operation_is_not_found(string method, string path)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(method, path, method == "GET" ? null : "{}");
        Assert.Equal(404, answer.Status);
        Assert.Contains("was removed on September 15, 2025.", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_operation_of_the_catalogue_is_emulated_or_intentionally_left_out()
    {
        var unanswered = new List<string>();
        foreach (Operation operation in Operations.All)
        {
            string path = Regex.Replace(operation.Path, @"\{\w+\}", "some-id");
            using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(operation.Method, path, operation.Method == "GET" ? null : "{}");
            if (answer.Status >= 500)
            {
                unanswered.Add(operation.Name);
            }
        }

        string[] leftOut = [];
        Assert.Equal(leftOut, unanswered);
    }

    [Fact]
    public async Task A_path_that_is_not_in_the_catalogue_is_not_found()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("GET", "/v2/nothing");
        Assert.Equal(404, answer.Status);
    }

    [Fact]
    public async Task A_method_that_the_path_does_not_support_is_not_allowed()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("PUT", "/v1/datasets");
        Assert.Equal(405, answer.Status);
    }

    [Fact]
    public async Task Every_response_has_a_trace_id()
    {
        using EmulatedAnswer first = await EmulatedAnswer.ToAsync("GET", "/v1/models");
        using EmulatedAnswer second = await EmulatedAnswer.ToAsync("GET", "/v1/models");
        Assert.Equal(first.Headers.GetValues("x-debug-trace-id"), second.Headers.GetValues("x-debug-trace-id"));
    }
}
