using System.Globalization;

namespace CohereShell.Emulation;

/// <summary>Chat: <see href="https://docs.cohere.com/reference/chat"/>.</summary>
internal sealed class EmulatedChat : EmulatedOperation
{
    private const string SlowHook = "emulate:slow";
    private const string DeprecatedHook = "emulate:deprecated";
    private static readonly TimeSpan SlowPause = TimeSpan.FromMilliseconds(100);

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        ChatInput chat = ChatInputReader.Read(body.RootElement);
        ChatAnswer answer = ChatComposer.Compose(chat);
        if (chat.Stream)
        {
            TimeSpan pause = chat.Asks(SlowHook) ? SlowPause : TimeSpan.Zero;
            return WithWarning(chat, EmulatorResponse.Stream(new ChatStreamWriter(request.Id, chat, answer).Events(), pause));
        }

        if (answer.Failure is { } failure)
        {
            throw failure.ToException();
        }

        var usage = new ChatUsage(chat, answer);
        return WithWarning(chat, EmulatorResponse.Json(200, writer => ChatResponseWriter.Write(writer, request.Id, chat, answer))
            .With("num_chars", usage.Characters.ToString(CultureInfo.InvariantCulture))
            .With("num_tokens", usage.BilledTokens.ToString(CultureInfo.InvariantCulture)));
    }

    private static EmulatorResponse WithWarning(ChatInput chat, EmulatorResponse response) => chat.Asks(DeprecatedHook)
        ? response.With("x-api-warning", $"model '{chat.Model.Name}' is deprecated. Please consider upgrading to a newer model to avoid future service disruptions")
        : response;

    internal override string LimitedModel(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        return Field.Root(body.RootElement)["model"].Text() ?? string.Empty;
    }
}
