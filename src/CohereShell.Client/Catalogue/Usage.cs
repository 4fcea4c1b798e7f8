using System.Globalization;

namespace CohereShell;

/// <summary>
/// The cost of a call: the tokens that the model processed, and the units that are billed.
/// See <see href="https://docs.cohere.com/docs/how-does-cohere-pricing-work"/>.
/// </summary>
public sealed class Usage
{
    internal static readonly Usage None = new();

    /// <summary>The number of tokens that the model read.</summary>
    public long InputTokens { get; init; }

    /// <summary>The number of tokens that the model generated.</summary>
    public long OutputTokens { get; init; }

    /// <summary>The number of tokens that the model generated for its thoughts.</summary>
    public long ReasoningTokens { get; init; }

    /// <summary>The number of tokens of images that the model read.</summary>
    public long ImageTokens { get; init; }

    /// <summary>The number of prompt tokens that came from the inference cache.</summary>
    public long CachedTokens { get; init; }

    /// <summary>The number of billed input tokens.</summary>
    public long BilledInputTokens { get; init; }

    /// <summary>The number of billed output tokens.</summary>
    public long BilledOutputTokens { get; init; }

    /// <summary>The number of billed search units, which can be a fraction.</summary>
    public decimal BilledSearchUnits { get; init; }

    /// <summary>The number of billed classifications.</summary>
    public long BilledClassifications { get; init; }

    /// <summary>The number of billed images.</summary>
    public long BilledImages { get; init; }

    /// <summary>The number of billed image tokens.</summary>
    public long BilledImageTokens { get; init; }

    /// <summary>The number of billed pages of parsed documents.</summary>
    public long BilledPages { get; init; }

    /// <summary>Whether the service reported anything that is billed.</summary>
    internal bool HasBilledUnits =>
        BilledInputTokens != 0 || BilledOutputTokens != 0 || BilledSearchUnits != 0 || BilledClassifications != 0 || BilledImages != 0
        || BilledImageTokens != 0 || BilledPages != 0;

    /// <summary>The warnings about the call, which the service sends beside its cost.</summary>
    internal IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The sum of both, field by field. A sum that is too large stays at the largest number.</summary>
    internal Usage Plus(Usage other) => Combine(other, Add, Add);

    /// <summary>Combines each field with the same field of another cost.</summary>
    internal Usage Combine(Usage other, Func<long, long, long> whole, Func<decimal, decimal, decimal> fraction) => new()
    {
        InputTokens = whole(InputTokens, other.InputTokens),
        OutputTokens = whole(OutputTokens, other.OutputTokens),
        ReasoningTokens = whole(ReasoningTokens, other.ReasoningTokens),
        ImageTokens = whole(ImageTokens, other.ImageTokens),
        CachedTokens = whole(CachedTokens, other.CachedTokens),
        BilledInputTokens = whole(BilledInputTokens, other.BilledInputTokens),
        BilledOutputTokens = whole(BilledOutputTokens, other.BilledOutputTokens),
        BilledSearchUnits = fraction(BilledSearchUnits, other.BilledSearchUnits),
        BilledClassifications = whole(BilledClassifications, other.BilledClassifications),
        BilledImages = whole(BilledImages, other.BilledImages),
        BilledImageTokens = whole(BilledImageTokens, other.BilledImageTokens),
        BilledPages = whole(BilledPages, other.BilledPages),
    };

    /// <inheritdoc/>
    public override string ToString()
    {
        // Chat reports the tokens that were processed; the other operations report only what is billed.
        bool hasTokens = InputTokens > 0 || OutputTokens > 0;
        string?[] parts =
        [
            Part(hasTokens ? InputTokens : BilledInputTokens, "in", "in"),
            Part(hasTokens ? OutputTokens : BilledOutputTokens, "out", "out"),
            Part(BilledSearchUnits, "search unit", "search units"),
            Part(BilledClassifications, "classification", "classifications"),
            Part(BilledImages, "image", "images"),
            Part(BilledImageTokens, "image token", "image tokens"),
            Part(BilledPages, "page", "pages"),
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    private static long Add(long one, long two)
    {
        long sum = unchecked(one + two);
        return (one < 0) == (two < 0) && (sum < 0) != (one < 0) ? (one < 0 ? long.MinValue : long.MaxValue) : sum;
    }

    private static decimal Add(decimal one, decimal two)
    {
        try
        {
            return one + two;
        }
        catch (OverflowException)
        {
            return one < 0 ? decimal.MinValue : decimal.MaxValue;
        }
    }

    private static string? Part(decimal count, string one, string many) => count == 0
        ? null
        : count.ToString("#,0.##", CultureInfo.InvariantCulture) + " " + (count == 1 ? one : many);
}
