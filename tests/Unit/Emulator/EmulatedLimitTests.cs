using System;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Enforcement of the limits in the catalogue.</summary>
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
            Assert.Equal(left.ToString(CultureInfo.InvariantCulture), Remaining(allowed));
            Assert.Equal("20", Header(allowed, "x-trial-endpoint-call-limit"));
            Assert.Equal("1000", Header(allowed, "x-endpoint-monthly-call-limit"));
        }

        using EmulatedAnswer refused = await ChatAsync(client);
        Assert.Equal(429, refused.Status);
        Assert.Equal($$"""{"message":"You are using a Trial key, which is limited to {{TrialLimit}} API calls / minute."}""", refused.Body);
        Assert.Equal(["x-debug-trace-id"], refused.Headers.Select(header => header.Key));
    }

    [Fact]
    public async Task A_trial_key_has_calls_for_a_month_in_all()
    {
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { EnforceRateLimit = true, MonthlyLimit = 2 });
        using EmulatedAnswer chat = await ChatAsync(client);
        using EmulatedAnswer models = await EmulatedAnswer.ToAsync(client, "GET", "/v1/models");
        using EmulatedAnswer refused = await ChatAsync(client);
        using EmulatedAnswer other = await EmulatedAnswer.ToAsync(client, "GET", "/v1/models/no-such");

        Assert.Equal("2", Header(models, "x-endpoint-monthly-call-limit"));
        Assert.Equal(429, refused.Status);
        Assert.Equal(["id", "message"], refused.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal("You are using a Trial key, which is limited to 2 API calls / month.", refused.Message);
        Assert.Equal(["x-debug-trace-id"], refused.Headers.Select(header => header.Key));
        Assert.Equal(429, other.Status);
    }

    [Theory]
    [InlineData(0, true, null)]
    [InlineData(5, false, null)]
    [InlineData(5, true, CohereKeyType.Production)]
    public void A_monthly_limit_without_effect_is_refused(int limit, bool isEnforced, CohereKeyType? keyType) =>
        Assert.ThrowsAny<ArgumentException>(() => new CohereEmulatorHandler(
            new CohereEmulatorOptions { MonthlyLimit = limit, EnforceRateLimit = isEnforced, KeyType = keyType }));

    [Fact]
    public async Task Answers_to_a_trial_key_have_its_counts_even_if_the_limits_are_not_enforced()
    {
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { KeyType = CohereKeyType.Trial });
        await UseUpAsync(client);
        using EmulatedAnswer beyond = await ChatAsync(client);
        using EmulatedAnswer wrong = await ChatAsync(client, "\"model\":\"no-such\"");
        using EmulatedAnswer unknown = await EmulatedAnswer.ToAsync(client, "GET", "/v2/nothing");

        Assert.Equal(200, beyond.Status);
        Assert.Equal("0", Remaining(beyond));
        Assert.Equal(404, wrong.Status);
        Assert.Equal("19", Remaining(wrong));
        Assert.False(unknown.Headers.Contains("x-trial-endpoint-call-limit"));
    }

    [Fact]
    public async Task Calls_are_available_again_after_the_window()
    {
        var clock = new ManualClock();
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { EnforceRateLimit = true, Clock = clock });
        await UseUpAsync(client);
        clock.Advance(TimeSpan.FromSeconds(59));
        using EmulatedAnswer refused = await ChatAsync(client);
        clock.Advance(TimeSpan.FromSeconds(1));
        using EmulatedAnswer allowed = await ChatAsync(client);

        Assert.Equal(429, refused.Status);
        Assert.Equal("19", Remaining(allowed));
    }

    [Fact]
    public async Task A_window_starts_with_its_first_call_and_ends_for_all_calls_at_once()
    {
        var clock = new ManualClock();
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { EnforceRateLimit = true, RateLimitWindow = TimeSpan.FromSeconds(10), Clock = clock });
        clock.Advance(TimeSpan.FromSeconds(7));
        using EmulatedAnswer first = await ChatAsync(client);
        clock.Advance(TimeSpan.FromSeconds(9));
        using EmulatedAnswer second = await ChatAsync(client);
        clock.Advance(TimeSpan.FromSeconds(1));
        using EmulatedAnswer next = await ChatAsync(client);

        Assert.Equal("18", Remaining(second));
        Assert.Equal("19", Remaining(next));
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
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("x-trial", System.StringComparison.Ordinal) || header.Key.StartsWith("x-endpoint", System.StringComparison.Ordinal));
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
            Assert.Equal(left.ToString(CultureInfo.InvariantCulture), Remaining(allowed));
        }

        using EmulatedAnswer refused = await EmulatedAnswer.ToAsync(client, "POST", "/v2/embed", body);
        using EmulatedAnswer few = await EmulatedAnswer.ToAsync(client, "POST", "/v2/embed", EmbedSamples.Body(["a", "b"]));
        Assert.Equal(429, refused.Status);
        Assert.Equal("You are using a Trial key, which is limited to 2000 inputs / minute.", refused.Message);
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
        using EmulatedAnswer tooMany = await EmulatedAnswer.ToAsync(client, "POST", "/v2/embed", EmbedSamples.Body([], $"\"images\":[\"{uri}\",\"{uri}\",\"{uri}\"]"));
        using EmulatedAnswer rest = await EmulatedAnswer.ToAsync(client, "POST", "/v2/embed", EmbedSamples.Body([], $"\"images\":[\"{uri}\",\"{uri}\"]"));

        // The headers count the inputs. Otherwise, five images would look like the end of all embeddings.
        Assert.Equal("2000", Remaining(images));
        Assert.Equal("1999", Remaining(mixed));
        Assert.Equal(429, tooMany.Status);
        Assert.Equal("You are using a Trial key, which is limited to 5 images / minute.", tooMany.Message);
        Assert.Equal(200, rest.Status);
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

    private static string Remaining(EmulatedAnswer answer) => Header(answer, "x-trial-endpoint-call-remaining");

    private static string Header(EmulatedAnswer answer, string name) => answer.Headers.GetValues(name).Single();

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
