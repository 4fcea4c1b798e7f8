namespace CohereShell;

/// <summary>What a dataset is made of. See <see href="https://docs.cohere.com/reference/create-dataset"/>.</summary>
public sealed record DatasetRequest
{
    /// <summary>The name.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>What it is for: <c>embed-input</c>.</summary>
    public string Type { get; init; } = string.Empty;

    /// <summary>The file with the rows.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>A file with rows to evaluate by.</summary>
    public string? EvalPath { get; init; }

    /// <summary>Fields to keep; each row has to have them.</summary>
    public IReadOnlyList<string> KeepFields { get; init; } = [];

    /// <summary>Fields to keep where a row has them.</summary>
    public IReadOnlyList<string> OptionalFields { get; init; } = [];

    /// <summary>Whether the uploaded file is kept as well; null leaves it to the service.</summary>
    public bool? KeepOriginalFile { get; init; }

    /// <summary>Whether rows that are not as they should be are left out; null leaves it to the service.</summary>
    public bool? SkipMalformedInput { get; init; }

    /// <summary>What stands between the rows of a text file.</summary>
    public string? TextSeparator { get; init; }

    /// <summary>What stands between the fields of a CSV file.</summary>
    public string? CsvDelimiter { get; init; }
}

/// <summary>Which datasets to list. See <see href="https://docs.cohere.com/reference/list-datasets"/>.</summary>
public sealed record DatasetFilter
{
    /// <summary>Only those of this type.</summary>
    public string? Type { get; init; }

    /// <summary>Only those created before.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Only those created after.</summary>
    public DateTimeOffset? After { get; init; }

    /// <summary>Only those with this status.</summary>
    public DatasetValidationStatus? ValidationStatus { get; init; }
}

/// <summary>How far an upload is.</summary>
/// <param name="BytesSent">How many bytes have gone out.</param>
/// <param name="TotalBytes">How many there are.</param>
public sealed record UploadProgress(long BytesSent, long TotalBytes);
