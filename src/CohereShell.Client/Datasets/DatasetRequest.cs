namespace CohereShell;

/// <summary>The settings of a new dataset. See <see href="https://docs.cohere.com/reference/create-dataset"/>.</summary>
public sealed record DatasetRequest
{
    /// <summary>The name.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The type, which defines what the dataset is for: <c>embed-input</c>.</summary>
    public string Type { get; init; } = string.Empty;

    /// <summary>The file with the rows.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>A file with rows for the evaluation.</summary>
    public string? EvalPath { get; init; }

    /// <summary>Additional fields to keep. Each row must have them.</summary>
    public IReadOnlyList<string> KeepFields { get; init; } = [];

    /// <summary>Additional fields to keep if a row has them.</summary>
    public IReadOnlyList<string> OptionalFields { get; init; } = [];

    /// <summary>Whether Cohere also keeps the uploaded file; null leaves it to the service.</summary>
    public bool? KeepOriginalFile { get; init; }

    /// <summary>Whether malformed rows are left out; null leaves it to the service.</summary>
    public bool? SkipMalformedInput { get; init; }

    /// <summary>The separator between the rows of a text file.</summary>
    public string? TextSeparator { get; init; }

    /// <summary>The separator between the fields of a CSV file.</summary>
    public string? CsvDelimiter { get; init; }
}

/// <summary>Which datasets to list. See <see href="https://docs.cohere.com/reference/list-datasets"/>.</summary>
public sealed record DatasetFilter
{
    /// <summary>Lists only datasets of this type.</summary>
    public string? Type { get; init; }

    /// <summary>Lists only datasets created before this time.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Lists only datasets created after this time.</summary>
    public DateTimeOffset? After { get; init; }

    /// <summary>Lists only datasets with this status.</summary>
    public DatasetValidationStatus? ValidationStatus { get; init; }
}

/// <summary>The progress of an upload.</summary>
/// <param name="BytesSent">The number of bytes sent.</param>
/// <param name="TotalBytes">The number of bytes to send.</param>
public sealed record UploadProgress(long BytesSent, long TotalBytes);
