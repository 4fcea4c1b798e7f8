using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>How far an embed job is.</summary>
[JsonConverter(typeof(EmbedJobStatusConverter))]
public enum EmbedJobStatus
{
    /// <summary>The service says something that this version does not know.</summary>
    Unknown,

    /// <summary>It runs, or waits to.</summary>
    Processing,

    /// <summary>It is done.</summary>
    Complete,

    /// <summary>It is being stopped.</summary>
    Cancelling,

    /// <summary>It was stopped.</summary>
    Cancelled,

    /// <summary>It has failed.</summary>
    Failed,
}

/// <summary>A job that embeds a dataset. See <see href="https://docs.cohere.com/reference/get-embed-job"/>.</summary>
public sealed class EmbedJob
{
    /// <summary>Its id.</summary>
    public string JobId { get; init; } = string.Empty;

    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>How far it is.</summary>
    public EmbedJobStatus Status { get; init; }

    /// <summary>The model that embeds.</summary>
    public string Model { get; init; } = string.Empty;

    /// <summary>The dataset with the texts.</summary>
    public string InputDatasetId { get; init; } = string.Empty;

    /// <summary>The dataset with the embeddings, once they are there.</summary>
    public string? OutputDatasetId { get; init; }

    /// <summary>What the embeddings are for. The service does not tell: known only where the job was started here.</summary>
    [JsonIgnore]
    public EmbedInputType? InputType { get; internal set; }

    /// <summary>The forms of the numbers. The service does not tell: known only where the job was started here.</summary>
    [JsonIgnore]
    public IReadOnlyList<EmbeddingType>? EmbeddingTypes { get; internal set; }

    /// <summary>What becomes of texts that are too long.</summary>
    public TruncateMode? Truncate { get; init; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>What it has cost so far; null where the service does not tell.</summary>
    [JsonIgnore]
    public Usage? Usage => Meta?.BilledUnits is null ? null : Meta.ToUsage();

    /// <summary>What the service says about it, for example why it has failed.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Warnings => Meta?.Warnings ?? [];

    [JsonInclude]
    internal WireEmbedJobMeta? Meta { get; init; }

    /// <inheritdoc/>
    public override string ToString() => JobId;
}

internal sealed class EmbedJobStatusConverter : PrefixedEnumConverter<EmbedJobStatus>
{
    public EmbedJobStatusConverter()
        : base(string.Empty)
    {
    }
}
