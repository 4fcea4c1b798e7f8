using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

internal sealed record StoredEmbedJob : StoredItem
{
    internal const string Processing = "processing";
    internal const string Complete = "complete";
    internal const string Cancelling = "cancelling";
    internal const string Cancelled = "cancelled";
    internal const string Failed = "failed";

    public string Status { get; init; } = Processing;

    public string InputDatasetId { get; init; } = string.Empty;

    public string? OutputDatasetId { get; init; }

    public string Model { get; init; } = string.Empty;

    public string InputType { get; init; } = string.Empty;

    public string Truncate { get; init; } = string.Empty;

    public IReadOnlyList<string> Types { get; init; } = [];

    public long InputTokens { get; init; }

    /// <summary>The reason for the failure.</summary>
    public string? Warning { get; init; }

    [JsonIgnore]
    internal override bool IsSettled => Status is not (Processing or Cancelling);

    /// <summary>The job in the form of a response.</summary>
    internal SentEmbedJob ToSent()
    {
        ResponseMeta meta = InputTokens > 0 ? ResponseMeta.Of("1", ("input_tokens", InputTokens)) : ResponseMeta.Of("1");
        return new SentEmbedJob(
            Id,
            Name.Length > 0 ? Name : null,
            Status,
            Text(CreatedAt),
            InputDatasetId,
            OutputDatasetId,
            Model,
            Truncate,
            Warning is null ? meta : meta with { Warnings = [Warning] });
    }
}
