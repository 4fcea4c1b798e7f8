using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>The status of an embed job.</summary>
[JsonConverter(typeof(EmbedJobStatusConverter))]
public enum EmbedJobStatus
{
    /// <summary>The service returned a status that this version doesn't know.</summary>
    Unknown,

    /// <summary>The job is running or queued.</summary>
    Processing,

    /// <summary>The job is complete.</summary>
    Complete,

    /// <summary>The job is being canceled.</summary>
    Cancelling,

    /// <summary>The job was canceled.</summary>
    Cancelled,

    /// <summary>The job has failed.</summary>
    Failed,
}

/// <summary>A job that embeds a dataset. See <see href="https://docs.cohere.com/reference/get-embed-job"/>.</summary>
public sealed class EmbedJob
{
    // A missing text is null here, because the serializer sets every property.
    private readonly string _jobId = string.Empty;
    private readonly string _model = string.Empty;
    private readonly string _inputDatasetId = string.Empty;

    /// <summary>The id of the job.</summary>
    public string JobId
    {
        get => _jobId;
        init => _jobId = value ?? string.Empty;
    }

    /// <summary>The name of the job.</summary>
    public string? Name { get; init; }

    /// <summary>The status of the job.</summary>
    public EmbedJobStatus Status { get; init; }

    /// <summary>The model that creates the embeddings.</summary>
    public string Model
    {
        get => _model;
        init => _model = value ?? string.Empty;
    }

    /// <summary>The dataset with the texts.</summary>
    public string InputDatasetId
    {
        get => _inputDatasetId;
        init => _inputDatasetId = value ?? string.Empty;
    }

    /// <summary>The dataset with the embeddings, once it exists.</summary>
    public string? OutputDatasetId { get; init; }

    /// <summary>
    /// The purpose of the embeddings. The service doesn't return it: it is known only if the job was started here.
    /// </summary>
    [JsonIgnore]
    public EmbedInputType? InputType { get; internal set; }

    /// <summary>The number formats. The service doesn't return them: they are known only if the job was started here.</summary>
    [JsonIgnore]
    public IReadOnlyList<EmbeddingType>? EmbeddingTypes { get; internal set; }

    /// <summary>What happens to texts that are too long.</summary>
    public TruncateMode? Truncate { get; init; }

    /// <summary>When the job was started.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The cost so far; null if the service doesn't report it.</summary>
    [JsonIgnore]
    public Usage? Usage => Meta is { HasBilledUnits: true } ? Meta.ToUsage() : null;

    /// <summary>The service's remarks, for example why the job failed.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Warnings => Meta?.ToUsage().Warnings ?? [];

    [JsonInclude]
    internal WireUsage? Meta { get; init; }

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
