using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>The status of a batch.</summary>
[JsonConverter(typeof(BatchStatusConverter))]
public enum BatchStatus
{
    /// <summary>The status is missing, or this version doesn't know it.</summary>
    Unspecified,

    /// <summary>The batch hasn't started.</summary>
    Queued,

    /// <summary>The batch is running.</summary>
    InProgress,

    /// <summary>The batch is being canceled.</summary>
    Canceling,

    /// <summary>The batch is complete. Single requests may have failed.</summary>
    Completed,

    /// <summary>The batch has failed.</summary>
    Failed,

    /// <summary>The batch was canceled.</summary>
    Canceled,
}

/// <summary>
/// A batch of requests that Cohere processes within a day. See
/// <see href="https://docs.cohere.com/reference/get-batch"/>.
/// </summary>
public sealed class Batch
{
    // A missing text is null here, because the serializer sets every property.
    private readonly string _batchId = string.Empty;
    private readonly string _name = string.Empty;
    private readonly string _model = string.Empty;
    private readonly string _inputDatasetId = string.Empty;

    /// <summary>The id of the batch.</summary>
    [JsonPropertyName("id")]
    public string BatchId
    {
        get => _batchId;
        init => _batchId = value ?? string.Empty;
    }

    /// <summary>The name of the batch.</summary>
    public string Name
    {
        get => _name;
        init => _name = value ?? string.Empty;
    }

    /// <summary>The status of the batch.</summary>
    public BatchStatus Status { get; init; }

    /// <summary>The reason for the status, if the service returns one.</summary>
    public string? StatusReason { get; init; }

    /// <summary>The model that processes the requests.</summary>
    public string Model
    {
        get => _model;
        init => _model = value ?? string.Empty;
    }

    /// <summary>The dataset with the requests.</summary>
    public string InputDatasetId
    {
        get => _inputDatasetId;
        init => _inputDatasetId = value ?? string.Empty;
    }

    /// <summary>The dataset with the results, once it exists.</summary>
    public string? OutputDatasetId { get; init; }

    /// <summary>The number of requests.</summary>
    [JsonPropertyName("num_records")]
    public long? RecordCount { get; init; }

    /// <summary>The number of requests that succeeded.</summary>
    [JsonPropertyName("num_successful_records")]
    public long? SuccessfulRecordCount { get; init; }

    /// <summary>The number of requests that failed.</summary>
    [JsonPropertyName("num_failed_records")]
    public long? FailedRecordCount { get; init; }

    /// <summary>The number of tokens in the requests.</summary>
    public long? InputTokens { get; init; }

    /// <summary>The number of tokens in the responses.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>The user who started the batch.</summary>
    public string? CreatorId { get; init; }

    /// <summary>The organization that the batch belongs to.</summary>
    [JsonPropertyName("org_id")]
    public string? OrganizationId { get; init; }

    /// <summary>When the batch was started.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When the batch last changed.</summary>
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
