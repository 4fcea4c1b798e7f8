using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

internal sealed record StoredFineTunedModel : StoredItem
{
    internal const string Queued = "STATUS_QUEUED";
    internal const string FineTuning = "STATUS_FINETUNING";
    internal const string Ready = "STATUS_READY";
    internal const string Failed = "STATUS_FAILED";

    public string Status { get; init; } = Queued;

    public FineTuningSettings Settings { get; init; } = new();

    public DateTime? CompletedAt { get; init; }

    /// <summary>The events, oldest first.</summary>
    public IReadOnlyList<StatusChange> Events { get; init; } = [];

    /// <summary>The start time of the training. Null before the start.</summary>
    public DateTime? TrainingStartedAt { get; init; }

    /// <summary>The duration of all training steps.</summary>
    public TimeSpan TrainingTime { get; init; }

    [JsonIgnore]
    internal override bool IsSettled => Status is Ready or Failed;

    /// <summary>Returns the model with another status, and adds an event.</summary>
    internal StoredFineTunedModel In(string status, string userId = "")
    {
        DateTime now = StoredItem.Now();
        return this with
        {
            Status = status,
            Events = [.. Events, new StatusChange { Status = status, CreatedAt = now, UserId = userId }],
            TrainingStartedAt = status == FineTuning ? now : TrainingStartedAt,
            CompletedAt = status == Ready ? now : CompletedAt,
        };
    }

    /// <summary>The model in the form of a response.</summary>
    internal SentFineTunedModel ToSent() => new(
        Id,
        Name,
        Account.UserId,
        Account.OrganizationId,
        Settings.ToSent(),
        Status,
        Text(CreatedAt),
        Text(UpdatedAt),
        CompletedAt is { } completed ? Text(completed) : null);

    /// <summary>A response that contains only this model.</summary>
    internal EmulatorResponse ToAnswer() => EmulatorResponse.Json(new SentFineTunedModelAnswer(ToSent()), FineTuningJson.Default.SentFineTunedModelAnswer);
}
