namespace CohereShell;

/// <summary>How far the validation of a dataset is. See <see href="https://docs.cohere.com/reference/get-dataset"/>.</summary>
public enum DatasetValidationStatus
{
    /// <summary>Not known, or a status that this version does not know.</summary>
    Unknown,

    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>Is being looked through.</summary>
    Processing,

    /// <summary>Cannot be used; ValidationError says why.</summary>
    Failed,

    /// <summary>Can be used.</summary>
    Validated,

    /// <summary>Can be used, and was not looked through.</summary>
    Skipped,
}

/// <summary>A dataset: rows in files that Cohere keeps for 30 days. See <see href="https://docs.cohere.com/reference/get-dataset"/>.</summary>
public sealed class Dataset
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>The id, for the cmdlets that take a dataset.</summary>
    public string DatasetId { get; internal init; } = string.Empty;

    /// <summary>The name.</summary>
    public string Name { get; internal init; } = string.Empty;

    /// <summary>What it is for: <c>embed-input</c>.</summary>
    public string Type { get; internal init; } = string.Empty;

    /// <summary>How far its validation is.</summary>
    public DatasetValidationStatus ValidationStatus { get; internal init; }

    /// <summary>Why it cannot be used.</summary>
    public string? ValidationError { get; internal init; }

    /// <summary>What was noticed; rows that were left out among it.</summary>
    public IReadOnlyList<string> ValidationWarnings { get; internal init; } = [];

    /// <summary>How many rows its parts have together; null where the service does not say.</summary>
    public long? RowCount => Sum(Parts.Select(part => part.RowCount));

    /// <summary>How many bytes its parts have together; null where the service does not say.</summary>
    public long? TotalBytes => Sum(Parts.Select(part => part.SizeBytes));

    /// <summary>When it was created.</summary>
    public DateTimeOffset? CreatedAt { get; internal init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset? UpdatedAt { get; internal init; }

    /// <summary>When Cohere deletes it by itself: 30 days after it was created.</summary>
    public DateTimeOffset? ExpiresAt => CreatedAt + Lifetime;

    /// <summary>The files that it consists of.</summary>
    public IReadOnlyList<DatasetPart> Parts { get; internal init; } = [];

    /// <summary>The fields that every row has to have.</summary>
    public IReadOnlyList<string> RequiredFields { get; internal init; } = [];

    /// <summary>The other fields that are kept.</summary>
    public IReadOnlyList<string> KeptFields { get; internal init; } = [];

    /// <summary>The Avro schema of its rows, as JSON.</summary>
    public string? AvroSchema { get; internal init; }

    /// <summary>What was counted in a dataset for fine-tuning, by name.</summary>
    public IReadOnlyDictionary<string, object?> Metrics { get; internal init; } = new Dictionary<string, object?>();

    /// <summary>Whether its validation has ended, well or badly.</summary>
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

    /// <summary>Which of the files it is.</summary>
    public int Index { get; internal init; }

    /// <summary>How many rows it has.</summary>
    public long? RowCount { get; internal init; }

    /// <summary>How many bytes it has.</summary>
    public long? SizeBytes { get; internal init; }

    /// <summary>Where its rows can be had for a while, as Avro. Whoever has the address has the rows.</summary>
    public string? Url { get; internal init; }

    /// <summary>Where the file that was uploaded can be had for a while, if it was kept. Whoever has the address has the file.</summary>
    public string? OriginalUrl { get; internal init; }

    /// <summary>Its first rows.</summary>
    public IReadOnlyList<string> Samples { get; internal init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The storage that datasets use. See <see href="https://docs.cohere.com/reference/get-dataset-usage"/>.</summary>
public sealed class DatasetUsage
{
    /// <summary>How many bytes all datasets of the organization use together, those of every user.</summary>
    public long OrganizationBytes { get; internal init; }
}
