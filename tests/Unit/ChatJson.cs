using System.Text.Json;

namespace CohereShell.Tests;

/// <summary>Chat responses as the API sends them.</summary>
internal static class ChatJson
{
    public const string Usage =
        """{"billed_units":{"input_tokens":5,"output_tokens":7},"tokens":{"input_tokens":71,"output_tokens":9},"cached_tokens":64}""";

    public static ChatRequest Question(string text = "Hello") => new() { Messages = [new ChatMessage(ChatRole.User, text)] };

    public static string Response(string text, string reason = "COMPLETE") =>
        $$"""{"id":"c1","finish_reason":"{{reason}}","message":{"role":"assistant","content":[{"type":"text","text":{{Quote(text)}}}]},"usage":{{Usage}}}""";

    public static string Start() => """{"id":"c1","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}""";

    public static string ContentStart(int index = 0) =>
        $$$$$"""{"type":"content-start","index":{{{{{index}}}}},"delta":{"message":{"content":{"type":"text","text":""}}}}""";

    public static string Text(string text, int index = 0) =>
        $$$$$"""{"type":"content-delta","index":{{{{{index}}}}},"delta":{"message":{"content":{"text":{{{{{Quote(text)}}}}} }}}}""";

    public static string ContentEnd(int index = 0) => $$"""{"type":"content-end","index":{{index}}}""";

    public static string End(string reason = "COMPLETE") => $$$"""{"type":"message-end","delta":{"finish_reason":"{{{reason}}}","usage":{{{Usage}}}}}""";

    /// <summary>All events of a short answer.</summary>
    public static string[] Events(params string[] pieces) =>
        [Start(), ContentStart(), .. System.Array.ConvertAll(pieces, piece => Text(piece)), ContentEnd(), End()];

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
