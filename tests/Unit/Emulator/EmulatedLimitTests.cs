using System;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Enforcement of the limits in the catalogue. Tests that wait for the window use a shorter one.</summary>
public sealed class EmulatedLimitTests
{
    private static readonly int TrialLimit = Operations.Chat.Limits[0].Trial!.Value;

    [Fact]
    public async Task A_trial_key_gets_429_after_the_number_of_calls_in_the_catalogue()
    {
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { EnforceRateLimit = true });
        for (int left = TrialLimit - 1; left >= 0; left--)
        {
            using EmulatedAnswer allowed = await ChatAsync(client);
            Assert.Equal(200, allowed.Status);
            Assert.Equal(left.ToString(CultureInfo.InvariantCulture), allowed.Headers.GetValues("X-RateLimit-Remaining").Single());
        }

        using EmulatedAnswer refused = await ChatAsync(client);
        Assert.Equal(429, refused.Status);
        Assert.StartsWith($"You are using a Trial key, which is limited to {TrialLimit} API calls / minute.", refused.Message, StringComparison.Ordinal);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 50, 60);
        long reset = long.Parse(refused.Headers.GetValues("X-RateLimit-Reset").Single(), CultureInfo.InvariantCulture);
        Assert.InRange(reset - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 50, 61);
    }

    [Fact]
    public async Task Calls_are_available_again_after_the_window()
    {
        var window = TimeSpan.FromMilliseconds(300);
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { EnforceRateLimit = true, RateLimitWindow = window });
        await UseUpAsync(client);
        using EmulatedAnswer refused = await ChatAsync(client);
        await Task.Delay(window + TimeSpan.FromMilliseconds(50));
        using EmulatedAnswer allowed = await ChatAsync(client);

        Assert.Equal(429, refused.Status);
        Assert.Equal(1, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Equal(200, allowed.Status);
    }

    [Fact]
    public async Task Another_model_and_another_operation_have_separate_limits()
    {
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { EnforceRateLimit = true });
        await UseUpAsync(client);
        using EmulatedAnswer model = await ChatAsync(client, "\"model\":\"command-r7b-12-2024\"");
        using EmulatedAnswer operation = await EmulatedAnswer.ToAsync(client, "GET", "/v1/models");

        Assert.Equal(200, model.Status);
        Assert.Equal(200, operation.Status);
    }

    [Fact]
    public async Task A_production_key_has_higher_limits()
    {
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { EnforceRateLimit = true, KeyType = CohereKeyType.Production });
        await UseUpAsync(client);
        using EmulatedAnswer answer = await ChatAsync(client);
        Assert.Equal(200, answer.Status);
        Assert.Equal("500", answer.Headers.GetValues("X-RateLimit-Limit").Single());
    }

    [Fact]
    public async Task Limits_are_not_enforced_by_default()
    {
        using HttpClient client = EmulatedAnswer.Client();
        await UseUpAsync(client);
        using EmulatedAnswer answer = await ChatAsync(client);
        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task Embed_counts_the_inputs_of_a_call()
    {
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { EnforceRateLimit = true });
        string body = EmbedSamples.Body(Enumerable.Repeat("a", 96), "\"output_dimension\":256");
        for (int left = 2000 - 96; left > 0; left -= 96)
        {
            using EmulatedAnswer allowed = await EmulatedAnswer.ToAsync(client, "POST", "/v2/embed", body);
            Assert.Equal(200, allowed.Status);
            Assert.Equal(left.ToString(CultureInfo.InvariantCulture), allowed.Headers.GetValues("X-RateLimit-Remaining").Single());
        }

        using EmulatedAnswer refused = await EmulatedAnswer.ToAsync(client, "POST", "/v2/embed", body);
        using EmulatedAnswer few = await EmulatedAnswer.ToAsync(client, "POST", "/v2/embed", EmbedSamples.Body(["a", "b"]));
        Assert.Equal(429, refused.Status);
        Assert.StartsWith("You are using a Trial key, which is limited to 2000 inputs / minute.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(200, few.Status);
    }

    [Fact]
    public async Task Embed_counts_images_in_every_field()
    {
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { EnforceRateLimit = true });
        string uri = EmbedSamples.Uri(EmbedSamples.Png);
        string inputs = EmbedSamples.Inputs([EmbedSamples.ImagePart(EmbedSamples.Png), EmbedSamples.TextPart("a")]);
        using EmulatedAnswer images = await EmulatedAnswer.ToAsync(client, "POST", "/v2/embed", EmbedSamples.Body([], $"\"images\":[\"{uri}\",\"{uri}\"]"));
        using EmulatedAnswer mixed = await EmulatedAnswer.ToAsync(client, "POST", "/v2/embed", EmbedSamples.Body([], inputs));

        Assert.Equal("3", images.Headers.GetValues("X-RateLimit-Remaining").Single());
        Assert.Equal("2", mixed.Headers.GetValues("X-RateLimit-Remaining").Single());
    }

    [Fact]
    public async Task A_body_that_cannot_be_counted_is_refused_without_a_server_error()
    {
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { EnforceRateLimit = true });
        using EmulatedAnswer none = await EmulatedAnswer.ToAsync(client, "POST", "/v2/embed", "{");
        using EmulatedAnswer wrong = await EmulatedAnswer.ToAsync(client, "POST", "/v2/embed", EmbedSamples.Body([], "\"inputs\":[7,{\"content\":3}]"));
        Assert.Equal(400, none.Status);
        Assert.Equal(422, wrong.Status);
    }

    private static async Task UseUpAsync(HttpClient client)
    {
        for (int i = 0; i < TrialLimit; i++)
        {
            using EmulatedAnswer answer = await ChatAsync(client);
        }
    }

    private static Task<EmulatedAnswer> ChatAsync(HttpClient client, string fields = "") =>
        EmulatedAnswer.ToAsync(client, "POST", "/v2/chat", EmulatedAnswer.ChatBody("hi", fields));
}
