namespace CohereShell.Emulation;

/// <summary>A change of a fine-tuned model's status.</summary>
internal sealed record StatusChange
{
    public string Status { get; init; } = string.Empty;

    public DateTime CreatedAt { get; init; }

    /// <summary>The user who caused the change. Empty for the service itself.</summary>
    public string UserId { get; init; } = string.Empty;

    internal SentStatusChange ToSent() => new(UserId, Status, StoredItem.Text(CreatedAt));
}
