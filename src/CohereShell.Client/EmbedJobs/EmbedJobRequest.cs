namespace CohereShell;

/// <summary>What an embed job is made of. See <see href="https://docs.cohere.com/reference/create-embed-job"/>.</summary>
public sealed record EmbedJobRequest
{
    /// <summary>The model: one of the embed v3 models. Null takes <see cref="DefaultModels.EmbedJob"/>.</summary>
    public string? Model { get; init; }

    /// <summary>The dataset with the texts: of the type <c>embed-input</c>, and validated.</summary>
    public string DatasetId { get; init; } = string.Empty;

    /// <summary>What the embeddings are for.</summary>
    public EmbedInputType InputType { get; init; }

    /// <summary>A name for the job.</summary>
    public string? Name { get; init; }

    /// <summary>The forms of the numbers; null leaves it to the service, which gives floats.</summary>
    public IReadOnlyList<EmbeddingType>? EmbeddingTypes { get; init; }

    /// <summary>What becomes of texts that are too long: the job takes <c>Start</c> and <c>End</c>.</summary>
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

internal sealed class WireEmbedJobMeta
{
    public WireBilledUnits? BilledUnits { get; set; }

    public List<string>? Warnings { get; set; }

    public Usage ToUsage() => new WireUsage { BilledUnits = BilledUnits }.ToUsage();
}
