namespace CohereShell.Emulation;

/// <summary>
/// Chat in v1: <see href="https://docs.cohere.com/v1/reference/chat"/>. The request is converted to a request of v2, and
/// the answer is converted back.
/// </summary>
internal sealed class EmulatedChatV1 : EmulatedOperation
{
    private static readonly Dictionary<string, string> NoHeaders = [];
    private readonly EmulatedChat _chat = new();

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        V1ChatRequest chat = V1ChatRequest.Read(Field.Root(body.RootElement));
        byte[] converted = EmulatorJson.Write(writer => chat.Body.WriteTo(writer));
        EmulatorResponse response = _chat.Answer(new EmulatorRequest(Operations.Chat.Method, Operations.Chat.Path, NoHeaders, converted));
        var answer = new V1ChatAnswer(request.Id, chat);
        if (response.Events is not { } events)
        {
            using JsonDocument complete = JsonDocument.Parse(response.Body);
            answer.Take(complete.RootElement);
            return EmulatorResponse.Json(200, writer => answer.ToJson().WriteTo(writer));
        }

        // The name of this header isn't a typing error. Without it, each event is a line.
        bool isEventStream = request.Header("Accepts") == "text/event-stream";
        return EmulatorResponse.Stream(
            new V1ChatEvents(chat, answer, isEventStream).Of(events), response.EventPause, isEventStream ? "text/event-stream" : "application/stream+json");
    }

    internal override string LimitedModel(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        return V1ChatRequest.ModelOf(Field.Root(body.RootElement));
    }
}
