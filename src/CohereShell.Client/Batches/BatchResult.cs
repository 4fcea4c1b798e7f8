namespace CohereShell;

/// <summary>The result of a request in a batch.</summary>
public sealed class BatchResult
{
    /// <summary>The id of the batch.</summary>
    public string BatchId { get; internal init; } = string.Empty;

    /// <summary>The id of the request.</summary>
    public string CustomId { get; internal init; } = string.Empty;

    /// <summary>The position of the request in the batch, from 0; -1 if the result doesn't belong to any request.</summary>
    public long Index { get; internal init; }

    /// <summary>The model.</summary>
    public string Model { get; internal init; } = string.Empty;

    /// <summary>The question or the embedded text: the text of the last user message, or the first text.</summary>
    public string? Message { get; internal set; }

    /// <summary>The text of the answer; null for embeddings and for requests that failed.</summary>
    public string? Text => Response?.Text;

    /// <summary>The answer of a chat request.</summary>
    public ChatResponse? Response { get; internal set; }

    /// <summary>The embedding, or the first of several.</summary>
    public Embedding? Embedding => Embeddings.Count > 0 ? Embeddings[0] : null;

    /// <summary>The embeddings, in the order of the texts of the request.</summary>
    public IReadOnlyList<Embedding> Embeddings { get; internal set; } = [];

    /// <summary>The cost of the request.</summary>
    public Usage Usage { get; internal set; } = Usage.None;

    /// <summary>Why the request failed; null if it succeeded.</summary>
    public string? Error { get; internal set; }

    /// <summary>
    /// The body of the request as it was sent: a <see cref="JsonElement"/> or a PowerShell object. Null if it was
    /// deleted.
    /// </summary>
    public object? InputObject { get; internal set; }

    /// <summary>The body of the request; undefined if it is no longer available.</summary>
    internal JsonElement Input { get; init; }

    /// <summary>The body of the response; undefined if there wasn't one.</summary>
    internal JsonElement Body { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Text ?? CustomId;

    /// <summary>Writes the result as a row of a file.</summary>
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
