using System.Globalization;
using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>A batch: the requests are the rows of a dataset, and the answers become another dataset.</summary>
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

    /// <summary>The batch in the form of a response.</summary>
    internal SentBatch ToSent() => new(
        Id,
        Name,
        Account.UserId,
        Account.OrganizationId,
        Status,
        Text(CreatedAt),
        Text(UpdatedAt),
        InputDatasetId,
        OutputDatasetId,
        InputTokens.ToString(CultureInfo.InvariantCulture),
        OutputTokens.ToString(CultureInfo.InvariantCulture),
        Model,
        Records,
        Successes,
        Failures,
        StatusReason);

    /// <summary>A response that contains only this batch.</summary>
    internal EmulatorResponse ToAnswer() => EmulatorResponse.Json(new SentBatchAnswer(ToSent()), BatchesJson.Default.SentBatchAnswer);
}
