using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>A dataset: what was uploaded, or what a job put out.</summary>
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

    /// <summary>Fields beside the required ones that each row must have, and that are kept.</summary>
    public IReadOnlyList<string> KeepFields { get; init; } = [];

    /// <summary>Fields that are kept where a row has them.</summary>
    public IReadOnlyList<string> OptionalFields { get; init; } = [];

    public bool KeepsOriginal { get; init; }

    public bool SkipsMalformed { get; init; }

    public string? TextSeparator { get; init; }

    public string? CsvDelimiter { get; init; }

    /// <summary>What was uploaded; null for what a job put out.</summary>
    public StoredUpload? Data { get; init; }

    public StoredUpload? EvalData { get; init; }

    public string? Schema { get; init; }

    public IReadOnlyList<StoredPart> Parts { get; init; } = [];

    public DatasetCounts? Counts { get; init; }

    [JsonIgnore]
    internal override bool IsSettled => Status is not (Queued or Processing);

    /// <summary>Every name of a file that belongs to it.</summary>
    [JsonIgnore]
    internal IEnumerable<string> Files =>
        Parts.Select(part => part.File).Concat(new[] { Data, EvalData }.OfType<StoredUpload>().Select(upload => upload.File)).Distinct();

    /// <summary>What it takes of the organisation's space.</summary>
    [JsonIgnore]
    internal long Bytes => Parts.Sum(part => part.Bytes) + (KeepsOriginal ? (Data?.Length ?? 0) + (EvalData?.Length ?? 0) : 0);

    /// <summary>The part of a name, or an original under its own.</summary>
    internal StoredPart? PartNamed(string name) =>
        Parts.FirstOrDefault(part => part.Name == name)
        ?? (KeepsOriginal ? new[] { Data, EvalData }.OfType<StoredUpload>().FirstOrDefault(upload => upload.PartName == name)?.AsPart : null);

    /// <summary>The dataset as an answer has it.</summary>
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
