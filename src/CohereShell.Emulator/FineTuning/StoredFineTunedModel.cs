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

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<StatusChange> Events { get; init; } = [];

    /// <summary>When the training began; null before that.</summary>
    public DateTime? TrainingStartedAt { get; init; }

    /// <summary>How long all of its steps take.</summary>
    public TimeSpan TrainingTime { get; init; }

    [JsonIgnore]
    internal override bool IsSettled => Status is Ready or Failed;

    /// <summary>The model in another status, which is an event.</summary>
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

    /// <summary>The model as an answer has it.</summary>
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

    /// <summary>The answer that is this model alone.</summary>
    internal EmulatorResponse ToAnswer() => EmulatorResponse.Json(new SentFineTunedModelAnswer(ToSent()), FineTuningJson.Default.SentFineTunedModelAnswer);
}
