using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>An embed job.</summary>
internal sealed record StoredEmbedJob : StoredItem
{
    internal const string Processing = "processing";
    internal const string Complete = "complete";
    internal const string Cancelling = "cancelling";
    internal const string Cancelled = "cancelled";
    internal const string Failed = "failed";

    public string Status { get; init; } = Processing;

    public string InputDatasetId { get; init; } = string.Empty;

    public string? OutputDatasetId { get; init; }

    public string Model { get; init; } = string.Empty;

    public string InputType { get; init; } = string.Empty;

    public string Truncate { get; init; } = string.Empty;

    public IReadOnlyList<string> Types { get; init; } = [];

    public long InputTokens { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Warning { get; init; }

    [JsonIgnore]
    internal override bool IsSettled => Status is not (Processing or Cancelling);

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("job_id", Id);
        if (Name.Length > 0)
        {
            writer.WriteString("name", Name);
        }

        writer.WriteString("status", Status);
        WriteTime(writer, "created_at", CreatedAt);
        writer.WriteString("input_dataset_id", InputDatasetId);
        if (OutputDatasetId is not null)
        {
            writer.WriteString("output_dataset_id", OutputDatasetId);
        }

        writer.WriteString("model", Model);
        writer.WriteString("truncate", Truncate);
        WriteMeta(writer);
        writer.WriteEndObject();
    }

    private void WriteMeta(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("meta");
        writer.WriteStartObject("api_version");
        writer.WriteString("version", "1");
        writer.WriteEndObject();
        if (InputTokens > 0)
        {
            writer.WriteStartObject("billed_units");
            writer.WriteNumber("input_tokens", InputTokens);
            writer.WriteEndObject();
        }

        if (Warning is not null)
        {
            writer.WriteStartArray("warnings");
            writer.WriteStringValue(Warning);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
