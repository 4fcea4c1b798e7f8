namespace CohereShell.Emulation;

/// <summary>Chat: <see href="https://docs.cohere.com/reference/chat"/>.</summary>
internal sealed class EmulatedChat : EmulatedOperation
{
    private const string SlowHook = "emulate:slow";
    private static readonly TimeSpan SlowPause = TimeSpan.FromMilliseconds(100);

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        ChatInput chat = ChatInputReader.Read(body.RootElement);
        ChatAnswer answer = ChatComposer.Compose(chat);
        if (chat.Stream)
        {
            TimeSpan pause = chat.Asks(SlowHook) ? SlowPause : TimeSpan.Zero;
            return EmulatorResponse.Stream(new ChatStreamWriter(request.Id, chat, answer).Events(), pause);
        }

        return answer.Error is { } error
            ? throw new EmulatorException(answer.FinishReason == "TIMEOUT" ? 504 : 500, error)
            : EmulatorResponse.Json(200, writer => ChatResponseWriter.Write(writer, request.Id, chat, answer));
    }

    internal override string LimitedModel(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        return Field.Root(body.RootElement)["model"].Text() ?? string.Empty;
    }
}
