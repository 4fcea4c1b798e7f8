namespace CohereShell;

/// <summary>What became of a request of a batch.</summary>
public sealed class BatchResult
{
    /// <summary>The batch.</summary>
    public string BatchId { get; internal init; } = string.Empty;

    /// <summary>The id of the request.</summary>
    public string CustomId { get; internal init; } = string.Empty;

    /// <summary>The place of the request among those of the batch, from 0; -1 where the result answers none of them.</summary>
    public long Index { get; internal init; }

    /// <summary>The model.</summary>
    public string Model { get; internal init; } = string.Empty;

    /// <summary>What was asked, or embedded: the text of the last message of the user, or the first text.</summary>
    public string? Message { get; internal set; }

    /// <summary>The text of the answer; null for embeddings and for requests that failed.</summary>
    public string? Text => Response?.Text;

    /// <summary>The answer of a chat.</summary>
    public ChatResponse? Response { get; internal set; }

    /// <summary>The embedding, or the first of several.</summary>
    public Embedding? Embedding => Embeddings.Count > 0 ? Embeddings[0] : null;

    /// <summary>The embeddings, in the order of the texts of the request.</summary>
    public IReadOnlyList<Embedding> Embeddings { get; internal set; } = [];

    /// <summary>What it cost.</summary>
    public Usage Usage { get; internal set; } = Usage.None;

    /// <summary>Why there is no answer; null where there is one.</summary>
    public string? Error { get; internal set; }

    /// <summary>The body of the request, as it was sent: a <see cref="JsonElement"/>, or an object of PowerShell. Null where it is deleted.</summary>
    public object? InputObject { get; internal set; }

    /// <summary>The body of the request; undefined where it cannot be had any more.</summary>
    internal JsonElement Input { get; init; }

    /// <summary>The body of the answer; undefined where there is none.</summary>
    internal JsonElement Body { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Text ?? CustomId;

    /// <summary>Writes it as a row of a file.</summary>
    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("batch_id", BatchId);
        writer.WriteString("custom_id", CustomId);
        if (Text is not null)
        {
            writer.WriteString("text", Text);
        }

        Write(writer, "input", Input);
        Write(writer, "body", Body);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Undefined)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }
    }
}
