using System;
using System.Text.Json;

namespace CohereShell.Emulation;

/// <summary>A change of a fine-tuned model's status.</summary>
internal sealed record StatusChange
{
    public string Status { get; init; } = string.Empty;

    public DateTime CreatedAt { get; init; }

    /// <summary>Who brought it about; empty for the service itself.</summary>
    public string UserId { get; init; } = string.Empty;

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("user_id", UserId);
        writer.WriteString("status", Status);
        StoredItem.WriteTime(writer, "created_at", CreatedAt);
        writer.WriteEndObject();
    }
}
