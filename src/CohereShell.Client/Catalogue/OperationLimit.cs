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
/// A limit per minute. See <see href="https://docs.cohere.com/docs/rate-limits"/>.
/// </summary>
/// <param name="Unit">What is counted.</param>
/// <param name="Trial">How many a minute with a trial key; null where none is published.</param>
/// <param name="Production">How many a minute with a production key; null where it is by agreement.</param>
public sealed record OperationLimit(LimitUnit Unit, int? Trial, int? Production)
{
    /// <summary>How many a minute with a key of this type; null where there is no fixed limit.</summary>
    /// <param name="keyType">The type of the key.</param>
    public int? For(CohereKeyType keyType) => keyType == CohereKeyType.Trial ? Trial : Production;

    /// <summary>
    /// The size of batches that leaves least of the limit unused: 20 batches of 96 use 1,920 of 2,000, and 25 of 80 use all.
    /// </summary>
    /// <param name="keyType">The type of the key; null where no limit is kept.</param>
    /// <param name="most">The most that a batch can hold.</param>
    internal int BestBatchSize(CohereKeyType? keyType, int most) => keyType is { } type && For(type) is { } limit && limit > most
        ? Enumerable.Range(most / 2, most - (most / 2) + 1).OrderByDescending(size => limit / size * size).ThenByDescending(size => size).First()
        : most;

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"{(object?)Trial ?? "-"}/{(object?)Production ?? "-"} {Unit}");
}
