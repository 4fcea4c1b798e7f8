namespace CohereShell;

/// <summary>The validation status of a dataset. See <see href="https://docs.cohere.com/reference/get-dataset"/>.</summary>
public enum DatasetValidationStatus
{
    /// <summary>The status is missing, or this version doesn't know it.</summary>
    Unknown,

    /// <summary>The validation hasn't started.</summary>
    Queued,

    /// <summary>The validation is running.</summary>
    Processing,

    /// <summary>The dataset can't be used. ValidationError contains the reason.</summary>
    Failed,

    /// <summary>The dataset is valid and can be used.</summary>
    Validated,

    /// <summary>The dataset wasn't validated and can be used.</summary>
    Skipped,
}

/// <summary>
/// A dataset: files of rows that Cohere keeps for 30 days. See
/// <see href="https://docs.cohere.com/reference/get-dataset"/>.
/// </summary>
public sealed class Dataset
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>The id, for cmdlets that take a dataset.</summary>
    public string DatasetId { get; internal init; } = string.Empty;

    /// <summary>The name.</summary>
    public string Name { get; internal init; } = string.Empty;

    /// <summary>The type, which defines what the dataset is for: <c>embed-input</c>.</summary>
    public string Type { get; internal init; } = string.Empty;

    /// <summary>The validation status.</summary>
    public DatasetValidationStatus ValidationStatus { get; internal init; }

    /// <summary>Why the dataset can't be used.</summary>
    public string? ValidationError { get; internal init; }

    /// <summary>The warnings of the validation, for example about rows that were left out.</summary>
    public IReadOnlyList<string> ValidationWarnings { get; internal init; } = [];

    /// <summary>The number of rows in all parts; null if the service doesn't report it.</summary>
    public long? RowCount => Sum(Parts.Select(part => part.RowCount));

    /// <summary>The size of all parts in bytes; null if the service doesn't report it.</summary>
    public long? TotalBytes => Sum(Parts.Select(part => part.SizeBytes));

    /// <summary>When the dataset was created.</summary>
    public DateTimeOffset? CreatedAt { get; internal init; }

    /// <summary>When the dataset was last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; internal init; }

    /// <summary>When Cohere deletes the dataset automatically: 30 days after its creation.</summary>
    public DateTimeOffset? ExpiresAt => CreatedAt + Lifetime;

    /// <summary>The files of the dataset.</summary>
    public IReadOnlyList<DatasetPart> Parts { get; internal init; } = [];

    /// <summary>The fields that every row must have.</summary>
    public IReadOnlyList<string> RequiredFields { get; internal init; } = [];

    /// <summary>The additional fields that are kept.</summary>
    public IReadOnlyList<string> KeptFields { get; internal init; } = [];

    /// <summary>The Avro schema of the rows, as JSON.</summary>
    public string? AvroSchema { get; internal init; }

    /// <summary>Counts of a dataset for fine-tuning, by name.</summary>
    public IReadOnlyDictionary<string, object?> Metrics { get; internal init; } = new Dictionary<string, object?>();

    /// <summary>Whether the validation has ended, with or without success.</summary>
    public bool IsFinished => ValidationStatus is DatasetValidationStatus.Failed or DatasetValidationStatus.Validated or DatasetValidationStatus.Skipped;

    /// <inheritdoc/>
    public override string ToString() => DatasetId;

    private static long? Sum(IEnumerable<long?> counts) => counts.Any(count => count is not null) ? counts.Sum() : null;
}

/// <summary>A file of a dataset.</summary>
public sealed class DatasetPart
{
    /// <summary>The id.</summary>
    public string PartId { get; internal init; } = string.Empty;

    /// <summary>The name.</summary>
    public string Name { get; internal init; } = string.Empty;

    /// <summary>The index of the file in the dataset.</summary>
    public int Index { get; internal init; }

    /// <summary>The number of rows.</summary>
    public long? RowCount { get; internal init; }

    /// <summary>The size in bytes.</summary>
    public long? SizeBytes { get; internal init; }

    /// <summary>A temporary address of the rows, as Avro. Anyone who has the address can download them.</summary>
    public string? Url { get; internal init; }

    /// <summary>A temporary address of the uploaded file, if it was kept. Anyone who has the address can download it.</summary>
    public string? OriginalUrl { get; internal init; }

    /// <summary>The first rows of the file.</summary>
    public IReadOnlyList<string> Samples { get; internal init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The storage that datasets use. See <see href="https://docs.cohere.com/reference/get-dataset-usage"/>.</summary>
public sealed class DatasetUsage
{
    /// <summary>The size in bytes of all datasets of the organization, including those of other users.</summary>
    public long OrganizationBytes { get; internal init; }
}
