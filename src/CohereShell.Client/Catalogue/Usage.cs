using System.Globalization;

namespace CohereShell;

/// <summary>
/// What a call cost: tokens that the model processed, and units that are billed.
/// See <see href="https://docs.cohere.com/docs/how-does-cohere-pricing-work"/>.
/// </summary>
public sealed class Usage
{
    internal static readonly Usage None = new();

    /// <summary>Tokens that the model read.</summary>
    public long InputTokens { get; init; }

    /// <summary>Tokens that the model wrote.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Tokens of the prompt that came from the inference cache.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Input tokens that are billed.</summary>
    public long BilledInputTokens { get; init; }

    /// <summary>Output tokens that are billed.</summary>
    public long BilledOutputTokens { get; init; }

    /// <summary>Search units that are billed; they may be parts of one.</summary>
    public decimal BilledSearchUnits { get; init; }

    /// <summary>Classifications that are billed.</summary>
    public long BilledClassifications { get; init; }

    /// <summary>Images that are billed.</summary>
    public long BilledImages { get; init; }

    /// <summary>Image tokens that are billed.</summary>
    public long BilledImageTokens { get; init; }

    /// <summary>Both together, field by field.</summary>
    internal Usage Plus(Usage other) => new()
    {
        InputTokens = InputTokens + other.InputTokens,
        OutputTokens = OutputTokens + other.OutputTokens,
        CachedTokens = CachedTokens + other.CachedTokens,
        BilledInputTokens = BilledInputTokens + other.BilledInputTokens,
        BilledOutputTokens = BilledOutputTokens + other.BilledOutputTokens,
        BilledSearchUnits = BilledSearchUnits + other.BilledSearchUnits,
        BilledClassifications = BilledClassifications + other.BilledClassifications,
        BilledImages = BilledImages + other.BilledImages,
        BilledImageTokens = BilledImageTokens + other.BilledImageTokens,
    };

    /// <inheritdoc/>
    public override string ToString()
    {
        // Chat says what was processed; the others only what is billed.
        bool hasTokens = InputTokens > 0 || OutputTokens > 0;
        string?[] parts =
        [
            Part(hasTokens ? InputTokens : BilledInputTokens, "in", "in"),
            Part(hasTokens ? OutputTokens : BilledOutputTokens, "out", "out"),
            Part(BilledSearchUnits, "search unit", "search units"),
            Part(BilledClassifications, "classification", "classifications"),
            Part(BilledImages, "image", "images"),
            Part(BilledImageTokens, "image token", "image tokens"),
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    private static string? Part(decimal count, string one, string many) => count == 0
        ? null
        : count.ToString("#,0.##", CultureInfo.InvariantCulture) + " " + (count == 1 ? one : many);
}
