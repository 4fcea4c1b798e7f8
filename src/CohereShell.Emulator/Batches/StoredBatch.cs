using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>A batch: many requests in a dataset, answered into another one.</summary>
internal sealed record StoredBatch : StoredItem
{
    internal const string Queued = "BATCH_STATUS_QUEUED";
    internal const string InProgress = "BATCH_STATUS_IN_PROGRESS";
    internal const string Canceling = "BATCH_STATUS_CANCELING";
    internal const string Canceled = "BATCH_STATUS_CANCELED";
    internal const string Completed = "BATCH_STATUS_COMPLETED";
    internal const string Failed = "BATCH_STATUS_FAILED";

    public string Status { get; init; } = Queued;

    public string? StatusReason { get; init; }

    public string InputDatasetId { get; init; } = string.Empty;

    public string? OutputDatasetId { get; init; }

    public string Model { get; init; } = string.Empty;

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    public int Records { get; init; }

    public int Successes { get; init; }

    public int Failures { get; init; }

    [JsonIgnore]
    internal override bool IsSettled => Status is Canceled or Completed or Failed;

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id", Id);
        writer.WriteString("name", Name);
        writer.WriteString("creator_id", Account.UserId);
        writer.WriteString("org_id", Account.OrganizationId);
        writer.WriteString("status", Status);
        WriteTime(writer, "created_at", CreatedAt);
        WriteTime(writer, "updated_at", UpdatedAt);
        writer.WriteString("input_dataset_id", InputDatasetId);
        if (OutputDatasetId is not null)
        {
            writer.WriteString("output_dataset_id", OutputDatasetId);
        }

        // Numbers of 64 bits are texts: not every client has numbers that large.
        writer.WriteString("input_tokens", InputTokens.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("output_tokens", OutputTokens.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("model", Model);
        writer.WriteNumber("num_records", Records);
        writer.WriteNumber("num_successful_records", Successes);
        writer.WriteNumber("num_failed_records", Failures);
        if (StatusReason is not null)
        {
            writer.WriteString("status_reason", StatusReason);
        }

        writer.WriteEndObject();
    }

    internal void WriteAsBatch(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("batch");
        Write(writer);
        writer.WriteEndObject();
    }
}
