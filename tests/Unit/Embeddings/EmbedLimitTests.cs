using System;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Embeddings;

/// <summary>The rate limit of a trial key: 2,000 texts a minute, with a minute of two seconds.</summary>
public sealed class EmbedLimitTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(CohereKeyType.Trial)]
    [InlineData(null)]
    public async Task No_text_is_lost_and_no_refusal_reaches_the_user(CohereKeyType? keyTypeOfTheSession)
    {
        using CohereEmulator emulator = CohereEmulator.Start(0, new CohereEmulatorOptions { KeyType = CohereKeyType.Trial, EnforceRateLimit = true, RateLimitWindow = Minute });
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = emulator.BaseUri, ApiKey = TestSession.Key, KeyType = keyTypeOfTheSession }, Minute);
        var client = new CohereClient(session);

        EmbedResponse[] responses = await Task.WhenAll(Enumerable.Range(0, 55).Select(batch => client.Embeddings.EmbedAsync(new EmbedRequest
        {
            Texts = Enumerable.Range(0, 80).Select(index => FormattableString.Invariant($"text {index} of {batch}")).ToArray(),
            OutputDimension = 256,
        })));

        Assert.Equal(4400, responses.Sum(response => response.Embeddings.Count));
        UsageRecord usage = Assert.Single(session.GetUsage());
        Assert.Equal(0, usage.FailedCalls);
        Assert.Equal(55, usage.Calls);
    }

    [Theory]
    [InlineData(CohereKeyType.Trial, 96, 80)]
    [InlineData(CohereKeyType.Production, 96, 80)]
    [InlineData(CohereKeyType.Trial, 50, 50)]
    [InlineData(null, 96, 96)]
    public void Batches_have_the_size_that_uses_most_of_the_limit(CohereKeyType? keyType, int most, int expected) =>
        Assert.Equal(expected, Operations.Embed.Limits[0].BestBatchSize(keyType, most));
}
