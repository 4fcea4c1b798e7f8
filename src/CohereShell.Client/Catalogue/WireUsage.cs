namespace CohereShell;

// The cost of a call as the API sends it: "usage" in version 2, "meta" in version 1.

internal sealed class WireUsage
{
    public WireBilledUnits? BilledUnits { get; set; }

    public WireTokens? Tokens { get; set; }

    public long? CachedTokens { get; set; }

    public JsonElement? Warnings { get; set; }

    public Usage ToUsage() => new()
    {
        InputTokens = Tokens?.InputTokens ?? 0,
        OutputTokens = Tokens?.OutputTokens ?? 0,
        ReasoningTokens = Tokens?.ReasoningTokens ?? 0,
        ImageTokens = Tokens?.ImageTokens ?? 0,
        CachedTokens = CachedTokens ?? 0,
        BilledInputTokens = BilledUnits?.InputTokens ?? 0,
        BilledOutputTokens = BilledUnits?.OutputTokens ?? 0,
        BilledSearchUnits = BilledUnits?.SearchUnits ?? 0,
        BilledClassifications = BilledUnits?.Classifications ?? 0,
        BilledImages = BilledUnits?.Images ?? 0,
        BilledImageTokens = BilledUnits?.ImageTokens ?? 0,
        BilledPages = BilledUnits?.Pages ?? 0,
        Warnings = Warnings is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).ToArray()
            : [],
    };
}

internal sealed class WireTokens
{
    public long? InputTokens { get; set; }

    public long? OutputTokens { get; set; }

    public long? ReasoningTokens { get; set; }

    public long? ImageTokens { get; set; }
}

internal sealed class WireBilledUnits
{
    public long? InputTokens { get; set; }

    public long? OutputTokens { get; set; }

    public decimal? SearchUnits { get; set; }

    public long? Classifications { get; set; }

    public long? Images { get; set; }

    public long? ImageTokens { get; set; }

    public long? Pages { get; set; }
}
