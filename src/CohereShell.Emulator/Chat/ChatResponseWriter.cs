namespace CohereShell.Emulation;

/// <summary>Writes an answer as one object, and the elements that streams also contain.</summary>
internal static class ChatResponseWriter
{
    internal static void Write(Utf8JsonWriter writer, string id, ChatInput request, ChatAnswer answer)
    {
        writer.WriteStartObject();
        writer.WriteString("id", id);
        WriteMessage(writer, answer);
        writer.WriteString("finish_reason", answer.FinishReason);
        WriteUsage(writer, request, answer);
        if (request.WantsLogprobs)
        {
            writer.WriteStartArray("logprobs");
            foreach (string token in Tokens.Split(answer.Text))
            {
                WriteLogprob(writer, token);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    internal static void WriteUsage(Utf8JsonWriter writer, ChatInput request, ChatAnswer answer)
    {
        writer.WriteStartObject("usage");
        new ChatUsage(request, answer).Write(writer);
        writer.WriteEndObject();
    }

    /// <summary>Writes a token with its log probability. Both depend only on the text.</summary>
    internal static void WriteLogprob(Utf8JsonWriter writer, string token)
    {
        ulong hash = StableHash.Of(token);
        writer.WriteStartObject();
        writer.WriteString("text", token);
        writer.WriteStartArray("token_ids");
        writer.WriteNumberValue((int)(hash % 255000));
        writer.WriteEndArray();
        writer.WriteStartArray("logprobs");
        writer.WriteNumberValue(-(1 + (int)(hash % 9999)) / 10000.0);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static void WriteToolCall(Utf8JsonWriter writer, ChatToolCall call, string arguments)
    {
        writer.WriteStartObject();
        writer.WriteString("id", call.Id);
        writer.WriteString("type", "function");
        writer.WriteStartObject("function");
        writer.WriteString("name", call.Name);
        writer.WriteString("arguments", arguments);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter writer, ChatAnswer answer)
    {
        writer.WriteStartObject("message");
        writer.WriteString("role", "assistant");
        if (answer.Thinking.Length > 0 || answer.Text.Length > 0)
        {
            writer.WriteStartArray("content");
            WriteBlock(writer, "thinking", answer.Thinking);
            WriteBlock(writer, "text", answer.Text);
            writer.WriteEndArray();
        }

        if (answer.ToolCalls.Count > 0)
        {
            if (answer.ToolPlan.Length > 0)
            {
                writer.WriteString("tool_plan", answer.ToolPlan);
            }

            writer.WriteStartArray("tool_calls");
            foreach (ChatToolCall call in answer.ToolCalls)
            {
                WriteToolCall(writer, call, call.Arguments);
            }

            writer.WriteEndArray();
        }

        if (answer.Citations.Count > 0)
        {
            writer.WriteStartArray("citations");
            foreach (ChatCitation citation in answer.Citations)
            {
                citation.Write(writer, answer.Text, answer.TextIndex);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteBlock(Utf8JsonWriter writer, string type, string text)
    {
        if (text.Length > 0)
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteString(type, text);
            writer.WriteEndObject();
        }
    }
}
