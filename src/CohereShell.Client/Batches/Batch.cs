using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>How far a batch is.</summary>
[JsonConverter(typeof(BatchStatusConverter))]
public enum BatchStatus
{
    /// <summary>The service does not say, or says something that this version does not know.</summary>
    Unspecified,

    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>It runs.</summary>
    InProgress,

    /// <summary>It is being stopped.</summary>
    Canceling,

    /// <summary>It is done. Single requests of it may have failed.</summary>
    Completed,

    /// <summary>It has failed.</summary>
    Failed,

    /// <summary>It was stopped.</summary>
    Canceled,
}

/// <summary>A batch of requests that are answered within a day. See <see href="https://docs.cohere.com/reference/get-batch"/>.</summary>
public sealed class Batch
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("id")]
    public string BatchId { get; init; } = string.Empty;

    /// <summary>Its name.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>How far it is.</summary>
    public BatchStatus Status { get; init; }

    /// <summary>Why it stands as it does, where the service says it.</summary>
    public string? StatusReason { get; init; }

    /// <summary>The model that answers.</summary>
    public string Model { get; init; } = string.Empty;

    /// <summary>The dataset with the requests.</summary>
    public string InputDatasetId { get; init; } = string.Empty;

    /// <summary>The dataset with the answers, once they are there.</summary>
    public string? OutputDatasetId { get; init; }

    /// <summary>How many requests there are.</summary>
    [JsonPropertyName("num_records")]
    public long? RecordCount { get; init; }

    /// <summary>How many are answered.</summary>
    [JsonPropertyName("num_successful_records")]
    public long? SuccessfulRecordCount { get; init; }

    /// <summary>How many have failed.</summary>
    [JsonPropertyName("num_failed_records")]
    public long? FailedRecordCount { get; init; }

    /// <summary>How many tokens the requests have.</summary>
    public long? InputTokens { get; init; }

    /// <summary>How many tokens the answers have.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>Who started it.</summary>
    public string? CreatorId { get; init; }

    /// <summary>The organisation that it belongs to.</summary>
    [JsonPropertyName("org_id")]
    public string? OrganizationId { get; init; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => BatchId;
}

internal sealed class BatchStatusConverter : PrefixedEnumConverter<BatchStatus>
{
    public BatchStatusConverter()
        : base("BATCH_STATUS_")
    {
    }
}
