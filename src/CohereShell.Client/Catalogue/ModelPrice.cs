namespace CohereShell;

/// <summary>The prices of a model in US dollars. A unit without a price is null: its cost isn't known.</summary>
public sealed class ModelPrice
{
    /// <summary>The price of a million billed input tokens.</summary>
    public decimal? InputTokensPerMillion { get; init; }

    /// <summary>The price of a million billed output tokens.</summary>
    public decimal? OutputTokensPerMillion { get; init; }

    /// <summary>The price of a million billed image tokens.</summary>
    public decimal? ImageTokensPerMillion { get; init; }

    /// <summary>The price of a thousand billed images.</summary>
    public decimal? ImagesPerThousand { get; init; }

    /// <summary>The price of a thousand billed search units.</summary>
    public decimal? SearchesPerThousand { get; init; }

    /// <summary>The price of a thousand billed classifications.</summary>
    public decimal? ClassificationsPerThousand { get; init; }

    /// <summary>The price of a thousand billed pages.</summary>
    public decimal? PagesPerThousand { get; init; }

    /// <summary>The price of a thousand calls, for operations whose answers don't report units, such as transcriptions.</summary>
    public decimal? CallsPerThousand { get; init; }

    /// <summary>The maximum number of tokens of one answer. A budget reserves it if a call doesn't set a maximum.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>The cost of units; null if one of them doesn't have a price, or if no units are known.</summary>
    internal decimal? CostOf(Usage usage, long calls)
    {
        decimal cost = 0;
        bool isKnown = CallsPerThousand is not null || usage.HasBilledUnits;
        bool isComplete = true;
        Add(usage.BilledInputTokens, InputTokensPerMillion, 1_000_000);
        Add(usage.BilledOutputTokens, OutputTokensPerMillion, 1_000_000);
        Add(usage.BilledImageTokens, ImageTokensPerMillion, 1_000_000);
        Add(usage.BilledSearchUnits, SearchesPerThousand, 1000);
        Add(usage.BilledClassifications, ClassificationsPerThousand, 1000);
        Add(usage.BilledPages, PagesPerThousand, 1000);
        if (ImagesPerThousand is not null || usage.BilledImageTokens == 0)
        {
            // An image that is billed by its tokens is counted too.
            Add(usage.BilledImages, ImagesPerThousand, 1000);
        }

        Add(calls, CallsPerThousand ?? 0, 1000);
        return isKnown && isComplete ? cost : null;

        void Add(decimal units, decimal? price, decimal per)
        {
            if (units == 0)
            {
                return;
            }

            if (price is not { } known)
            {
                isComplete = false;
                return;
            }

            try
            {
                cost += units * known / per;
            }
            catch (OverflowException)
            {
                isComplete = false;
            }
        }
    }
}
