using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
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

    internal void Write(Utf8JsonWriter writer, DatasetStore datasets)
    {
        writer.WriteStartObject();
        writer.WriteString("id", Id);
        writer.WriteString("name", Name);
        WriteTime(writer, "created_at", CreatedAt);
        WriteTime(writer, "updated_at", UpdatedAt);
        writer.WriteString("dataset_type", Type);
        writer.WriteString("validation_status", Status);
        if (Error is not null)
        {
            writer.WriteString("validation_error", Error);
        }

        if (Schema is not null)
        {
            writer.WriteString("schema", Schema);
        }

        Write(writer, "required_fields", DatasetKinds.Find(Type)?.RequiredFields ?? []);
        Write(writer, "preserve_fields", [.. KeepFields, .. OptionalFields]);
        WriteParts(writer, datasets);
        Write(writer, "validation_warnings", Warnings);
        Counts?.Write(writer);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    private void WriteParts(Utf8JsonWriter writer, DatasetStore datasets)
    {
        writer.WriteStartArray("dataset_parts");
        for (int i = 0; i < Parts.Count; i++)
        {
            StoredPart part = Parts[i];
            writer.WriteStartObject();
            writer.WriteString("id", StableHash.Id(Id + "/" + part.Name));
            writer.WriteString("name", part.Name);
            writer.WriteString("url", datasets.Downloads.UrlOf(Id, part.Name));
            writer.WriteNumber("index", i);
            writer.WriteNumber("size_bytes", part.Bytes);
            writer.WriteNumber("num_rows", part.Rows);
            if (KeepsOriginal && (part.IsEval ? EvalData : Data) is { } original)
            {
                writer.WriteString("original_url", datasets.Downloads.UrlOf(Id, original.PartName));
            }

            Write(writer, "samples", part.Samples);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
