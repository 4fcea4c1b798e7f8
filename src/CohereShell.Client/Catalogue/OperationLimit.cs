namespace CohereShell;

/// <summary>What a limit counts.</summary>
public enum LimitUnit
{
    /// <summary>HTTP requests.</summary>
    Requests,

    /// <summary>Texts in the requests.</summary>
    Inputs,

    /// <summary>Images in the requests.</summary>
    Images,
}

/// <summary>
/// A rate limit, per minute. See <see href="https://docs.cohere.com/docs/rate-limits"/>.
/// </summary>
/// <param name="Unit">What is counted.</param>
/// <param name="Trial">The limit with a trial key; null if Cohere doesn't publish one.</param>
/// <param name="Production">The limit with a production key; null if it is agreed with Cohere.</param>
public sealed record OperationLimit(LimitUnit Unit, int? Trial, int? Production)
{
    /// <summary>The limit with a key of this type; null if there isn't a fixed one.</summary>
    /// <param name="keyType">The type of the key.</param>
    public int? For(CohereKeyType keyType) => keyType == CohereKeyType.Trial ? Trial : Production;

    /// <summary>
    /// The batch size that uses most of the limit: 20 batches of 96 use 1,920 of 2,000; 25 batches of 80 use all of it.
    /// </summary>
    /// <param name="keyType">The type of the key; null if no rate limit is kept.</param>
    /// <param name="most">The maximum size of a batch.</param>
    internal int BestBatchSize(CohereKeyType? keyType, int most) => keyType is { } type && For(type) is { } limit && limit > most
        ? Enumerable.Range(most / 2, most - (most / 2) + 1).OrderByDescending(size => limit / size * size).ThenByDescending(size => size).First()
        : most;

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"{(object?)Trial ?? "-"}/{(object?)Production ?? "-"} {Unit}");
}
