using System.Globalization;
using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>
/// The cost of a call as the API sends it: "usage" in version 2, "meta" in version 1. A number that can't be read is
/// missing: the answer counts more than its cost.
/// </summary>
[JsonConverter(typeof(WireUsageConverter))]
internal sealed class WireUsage
{
    private readonly JsonElement _billed;
    private readonly Usage _usage;

    public WireUsage(JsonElement json)
    {
        _billed = Field(json, "billed_units");
        JsonElement tokens = Field(json, "tokens");
        _usage = new Usage
        {
            InputTokens = Count(tokens, "input_tokens"),
            OutputTokens = Count(tokens, "output_tokens"),
            ReasoningTokens = Count(tokens, "reasoning_tokens"),
            ImageTokens = Count(tokens, "image_tokens"),
            CachedTokens = Count(json, "cached_tokens"),
            BilledInputTokens = Count(_billed, "input_tokens"),
            BilledOutputTokens = Count(_billed, "output_tokens"),
            BilledSearchUnits = Number(_billed, "search_units") ?? 0,
            BilledClassifications = Count(_billed, "classifications"),
            BilledImages = Count(_billed, "images"),
            BilledImageTokens = Count(_billed, "image_tokens"),
            BilledPages = Count(_billed, "pages"),
            Warnings = Field(json, "warnings") is { ValueKind: JsonValueKind.Array } list
                ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).ToArray()
                : [],
        };
    }

    /// <summary>Whether it says what is billed.</summary>
    public bool HasBilledUnits => _billed.ValueKind == JsonValueKind.Object;

    public Usage ToUsage() => _usage;

    private static JsonElement Field(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) ? value : default;

    private static long Count(JsonElement json, string name) =>
        Number(json, name) is { } number && Math.Round(number) is <= long.MaxValue and var whole ? (long)whole : 0;

    // A negative count would give money back to the budget of the session.
    private static decimal? Number(JsonElement json, string name) => Read(json, name) is >= 0 and var number ? number : null;

    private static decimal? Read(JsonElement json, string name)
    {
        JsonElement value = Field(json, name);
        return value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetDecimal(out decimal number) => number,
            JsonValueKind.String when decimal.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) => number,
            _ => null,
        };
    }
}

internal sealed class WireUsageConverter : JsonConverter<WireUsage>
{
    public override WireUsage? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader) is { ValueKind: JsonValueKind.Object } json ? new WireUsage(json) : null;

    public override void Write(Utf8JsonWriter writer, WireUsage value, JsonSerializerOptions options) => throw new NotSupportedException();
}
