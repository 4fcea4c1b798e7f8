using System.Text;

namespace CohereShell.Emulation;

/// <summary>
/// Writes an answer as a stream of events, in the order of <see href="https://docs.cohere.com/docs/streaming"/>. The
/// answer is complete before the first event, so the joined deltas equal the response without a stream. The events have
/// the properties of recorded streams: text of July 2026, images of February 2026, a failed tool call of April 2026, and
/// tool calls of September 2025. Thoughts and citations weren't recorded, so they have the documented properties.
/// </summary>
internal sealed class ChatStreamWriter(string id, ChatInput request, ChatAnswer answer)
{
    private static readonly byte[] DataLine = Encoding.ASCII.GetBytes("\ndata: ");
    private static readonly byte[] EventEnd = Encoding.ASCII.GetBytes("\n\n");
    private static readonly byte[] Done = Encoding.ASCII.GetBytes("data: [DONE]\n\n");

    /// <summary>Creates all events immediately, because the JSON of the request doesn't outlive the call.</summary>
    internal IReadOnlyList<byte[]> Events()
    {
        var events = new List<byte[]> { MessageStart() };
        AddBlock(events, "thinking", answer.Thinking, 0);
        AddToolCalls(events);
        AddBlock(events, "text", answer.Text, answer.TextIndex);
        events.Add(MessageEnd());
        events.Add(Done);
        return events;
    }

    private static byte[] Event(string type, Action<Utf8JsonWriter> writeRest, string? id = null)
    {
        using var buffer = new MemoryStream(256);
        byte[] head = Encoding.ASCII.GetBytes("event: " + type);
        buffer.Write(head, 0, head.Length);
        buffer.Write(DataLine, 0, DataLine.Length);
        EmulatorJson.Write(buffer, writer =>
        {
            writer.WriteStartObject();
            if (id is not null)
            {
                writer.WriteString("id", id);
            }

            writer.WriteString("type", type);
            writeRest(writer);
            writer.WriteEndObject();
        });
        buffer.Write(EventEnd, 0, EventEnd.Length);
        return buffer.ToArray();
    }

    private static byte[] IndexedEvent(string type, int index) => Event(type, writer => writer.WriteNumber("index", index));

    private static byte[] DeltaEvent(string type, int? index, Action<Utf8JsonWriter> writeMessage, Action<Utf8JsonWriter>? writeAfter = null) =>
        Event(type, writer =>
        {
            if (index is { } place)
            {
                writer.WriteNumber("index", place);
            }

            writer.WriteStartObject("delta");
            writer.WriteStartObject("message");
            writeMessage(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writeAfter?.Invoke(writer);
        });

    private static byte[] ContentEvent(string eventType, int index, Action<Utf8JsonWriter> writeContent, Action<Utf8JsonWriter>? writeAfter = null) =>
        DeltaEvent(
            eventType,
            index,
            writer =>
            {
                writer.WriteStartObject("content");
                writeContent(writer);
                writer.WriteEndObject();
            },
            writeAfter);

    // The only event with an id.
    private byte[] MessageStart() => Event(
        "message-start",
        writer =>
        {
            writer.WriteStartObject("delta");
            writer.WriteStartObject("message");
            writer.WriteString("role", "assistant");
            WriteEmptyList(writer, "content");
            writer.WriteString("tool_plan", string.Empty);
            WriteEmptyList(writer, "tool_calls");
            WriteEmptyList(writer, "citations");
            writer.WriteEndObject();
            writer.WriteEndObject();
        },
        id);

    private static void WriteEmptyList(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartArray(name);
        writer.WriteEndArray();
    }

    private void AddToolCalls(List<byte[]> events)
    {
        foreach (string token in Tokens.Split(answer.ToolPlan))
        {
            events.Add(DeltaEvent("tool-plan-delta", null, writer => writer.WriteString("tool_plan", token)));
        }

        for (int i = 0; i < answer.ToolCalls.Count; i++)
        {
            AddToolCall(events, answer.ToolCalls[i], i);
        }
    }

    private static void AddToolCall(List<byte[]> events, ChatToolCall call, int index)
    {
        // A single object with a plural name, as at Cohere.
        events.Add(DeltaEvent("tool-call-start", index, writer =>
        {
            writer.WritePropertyName("tool_calls");
            ChatResponseWriter.WriteToolCall(writer, call, string.Empty);
        }));
        foreach (string token in Tokens.Split(call.Arguments))
        {
            events.Add(DeltaEvent("tool-call-delta", index, writer =>
            {
                writer.WriteStartObject("tool_calls");
                writer.WriteStartObject("function");
                writer.WriteString("arguments", token);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }));
        }

        events.Add(IndexedEvent("tool-call-end", index));
    }

    private void AddBlock(List<byte[]> events, string type, string text, int index)
    {
        if (text.Length == 0)
        {
            return;
        }

        events.Add(ContentEvent("content-start", index, writer =>
        {
            writer.WriteString("type", type);
            writer.WriteString(type, string.Empty);
        }));
        bool isText = type == "text";
        int position = 0;
        int cited = 0;
        foreach (string token in Tokens.Split(text))
        {
            Action<Utf8JsonWriter>? logprob = isText && request.WantsLogprobs ? writer => WriteLogprob(writer, token) : null;
            events.Add(ContentEvent("content-delta", index, writer => writer.WriteString(type, token), logprob));
            position += token.Length;
            while (isText && cited < answer.Citations.Count && answer.Citations[cited].End <= position)
            {
                AddCitation(events, cited++);
            }
        }

        events.Add(IndexedEvent("content-end", index));
    }

    private static void WriteLogprob(Utf8JsonWriter writer, string token)
    {
        writer.WritePropertyName("logprobs");
        ChatResponseWriter.WriteLogprob(writer, token);
    }

    private void AddCitation(List<byte[]> events, int index)
    {
        events.Add(DeltaEvent("citation-start", index, writer =>
        {
            writer.WritePropertyName("citations");
            answer.Citations[index].Write(writer, answer.Text, answer.TextIndex);
        }));
        events.Add(IndexedEvent("citation-end", index));
    }

    private byte[] MessageEnd() => Event("message-end", writer =>
    {
        writer.WriteStartObject("delta");
        writer.WriteString("finish_reason", answer.FinishReason);
        if (answer.Failure is { } failure)
        {
            // What failed isn't billed.
            writer.WriteStartObject("usage");
            writer.WriteEndObject();
            writer.WriteString("error", failure.Message);
            if (failure.ErrorType is { } type)
            {
                writer.WriteString("error_type", type);
            }
        }
        else
        {
            ChatResponseWriter.WriteUsage(writer, request, answer);
        }

        writer.WriteEndObject();
    });
}
