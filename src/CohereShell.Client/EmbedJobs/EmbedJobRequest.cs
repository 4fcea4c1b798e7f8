namespace CohereShell;

/// <summary>The settings of an embed job. See <see href="https://docs.cohere.com/reference/create-embed-job"/>.</summary>
public sealed record EmbedJobRequest
{
    /// <summary>The model: an embed v3 model or embed-v4.0. Null uses <see cref="DefaultModels.EmbedJob"/>.</summary>
    public string? Model { get; init; }

    /// <summary>The dataset with the texts. Its type must be <c>embed-input</c>, and it must be validated.</summary>
    public string DatasetId { get; init; } = string.Empty;

    /// <summary>The purpose of the embeddings.</summary>
    public EmbedInputType InputType { get; init; }

    /// <summary>A name for the job.</summary>
    public string? Name { get; init; }

    /// <summary>The number formats; null leaves them to the service, which returns floating point.</summary>
    public IReadOnlyList<EmbeddingType>? EmbeddingTypes { get; init; }

    /// <summary>What happens to texts that are too long: <c>Start</c> or <c>End</c>.</summary>
    public TruncateMode? Truncate { get; init; }
}

internal sealed class WireEmbedJobId
{
    public string? JobId { get; set; }

    public WireUsage? Meta { get; set; }
}

internal sealed class WireEmbedJobList
{
    public List<EmbedJob?>? EmbedJobs { get; set; }
}
