using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>A dataset: an upload, or the output of a job.</summary>
internal sealed record StoredDataset : StoredItem
{
    internal const string Queued = "queued";
    internal const string Processing = "processing";
    internal const string Failed = "failed";
    internal const string Validated = "validated";

    public string Type { get; init; } = string.Empty;

    public string Status { get; init; } = Queued;

    public string? Error { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The names of additional fields that each row must have and that are kept.</summary>
    public IReadOnlyList<string> KeepFields { get; init; } = [];

    /// <summary>The names of fields that are kept if a row has them.</summary>
    public IReadOnlyList<string> OptionalFields { get; init; } = [];

    public bool KeepsOriginal { get; init; }

    public bool SkipsMalformed { get; init; }

    public string? TextSeparator { get; init; }

    public string? CsvDelimiter { get; init; }

    /// <summary>The upload. Null for the output of a job.</summary>
    public StoredUpload? Data { get; init; }

    public StoredUpload? EvalData { get; init; }

    public string? Schema { get; init; }

    public IReadOnlyList<StoredPart> Parts { get; init; } = [];

    public DatasetCounts? Counts { get; init; }

    [JsonIgnore]
    internal override bool IsSettled => Status is not (Queued or Processing);

    /// <summary>The names of all files that belong to the dataset.</summary>
    [JsonIgnore]
    internal IEnumerable<string> Files =>
        Parts.Select(part => part.File).Concat(new[] { Data, EvalData }.OfType<StoredUpload>().Select(upload => upload.File)).Distinct();

    /// <summary>The space that the dataset uses.</summary>
    [JsonIgnore]
    internal long Bytes => Parts.Sum(part => part.Bytes) + (KeepsOriginal ? (Data?.Length ?? 0) + (EvalData?.Length ?? 0) : 0);

    /// <summary>Finds a part by its name, or an original file by its own name.</summary>
    internal StoredPart? PartNamed(string name) =>
        Parts.FirstOrDefault(part => part.Name == name)
        ?? (KeepsOriginal ? new[] { Data, EvalData }.OfType<StoredUpload>().FirstOrDefault(upload => upload.PartName == name)?.AsPart : null);

    /// <summary>The dataset in the form of a response.</summary>
    internal SentDataset ToSent(DownloadService downloads) => new(
        Id,
        Name,
        Text(CreatedAt),
        Text(UpdatedAt),
        Type,
        Status,
        Error,
        Schema,
        DatasetKinds.Find(Type)?.RequiredFields ?? [],
        [.. KeepFields, .. OptionalFields],
        Parts.Select((part, index) => ToSent(part, index, downloads)).ToArray(),
        Warnings,
        Counts?.ToSent());

    private SentPart ToSent(StoredPart part, int index, DownloadService downloads) => new(
        StableHash.Id(Id + "/" + part.Name),
        part.Name,
        downloads.UrlOf(Id, part.Name),
        index,
        part.Bytes,
        part.Rows,
        KeepsOriginal && (part.IsEval ? EvalData : Data) is { } original ? downloads.UrlOf(Id, original.PartName) : null,
        part.Samples);
}
