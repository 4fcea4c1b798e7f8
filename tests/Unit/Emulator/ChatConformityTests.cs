using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Compares every kind of chat answer, complete and streamed, with the API description and with each other.</summary>
public sealed class ChatConformityTests
{
    [Theory]
    [MemberData(nameof(ChatSamples.All), MemberType = typeof(ChatSamples))]
    public async Task Request_and_response_match_the_API_description(string kind, string message, string fields)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync(message, fields);

        Assert.True(answer.Status == 200, kind + ": " + answer.Body);
        Assert.Empty(ApiDescription.Current.RequestErrors("chatv2", JsonDocument.Parse(EmulatedAnswer.ChatBody(message, fields)).RootElement));
        Assert.Empty(ApiDescription.Current.ResponseErrors("chatv2", 200, Described(answer.Json), strict: true));
        Assert.Empty(ApiDescription.Current.SchemaErrors("ChatResponseV2", Described(answer.Json), strict: true));
    }

    [Theory]
    [MemberData(nameof(ChatSamples.All), MemberType = typeof(ChatSamples))]
    public async Task Every_event_of_a_stream_matches_the_API_description(string kind, string message, string fields)
    {
        using EmulatedAnswer stream = await StreamAsync(message, fields);

        Assert.True(stream.Status == 200, kind + ": " + stream.Body);
        Assert.Equal("text/event-stream", stream.ContentType);
        foreach (JsonElement item in stream.Events)
        {
            // message-start contains empty lists that the API description doesn't have, so the check isn't strict.
            bool strict = Type(item) != "message-start";
            Assert.Empty(ApiDescription.Current.SchemaErrors("StreamedChatResponseV2", Described(item), strict));
        }
    }

    [Theory]
    [MemberData(nameof(ChatSamples.All), MemberType = typeof(ChatSamples))]
    public async Task The_joined_events_of_a_stream_equal_the_response_without_streaming(string kind, string message, string fields)
    {
        using EmulatedAnswer whole = await EmulatedAnswer.ToChatAsync(message, fields);
        using EmulatedAnswer stream = await StreamAsync(message, fields);
        IReadOnlyList<JsonElement> events = stream.Events;
        JsonElement end = events[^1].GetProperty("delta");

        Assert.NotEmpty(kind);
        Assert.Equal(string.Concat(whole.Blocks("text")), Deltas(events, "text"));
        Assert.Equal(string.Concat(whole.Blocks("thinking")), Deltas(events, "thinking"));
        Assert.Equal(whole.FinishReason, end.GetProperty("finish_reason").GetString());
        Assert.Equal(whole.Json.GetProperty("usage").GetRawText(), end.GetProperty("usage").GetRawText());
        Assert.Equal(
            whole.Citations.Select(citation => citation.GetRawText()),
            events.Where(item => Type(item) == "citation-start").Select(item => Message(item).GetProperty("citations").GetRawText()));
        Assert.Equal(ToolCalls(whole.Json), StreamedToolCalls(events));
    }

    [Theory]
    [MemberData(nameof(ChatSamples.All), MemberType = typeof(ChatSamples))]
    public async Task The_same_request_gets_the_same_response(string kind, string message, string fields)
    {
        using EmulatedAnswer first = await EmulatedAnswer.ToChatAsync(message, fields);
        using EmulatedAnswer second = await EmulatedAnswer.ToChatAsync(message, fields);
        using EmulatedAnswer other = await EmulatedAnswer.ToChatAsync(message, fields + (fields.Length == 0 ? "" : ",") + "\"stream\":false");

        Assert.NotEmpty(kind);
        Assert.Equal(first.Body, second.Body);
        Assert.NotEqual(Id(first), Id(other));
    }

    [Theory]
    [MemberData(nameof(ChatSamples.All), MemberType = typeof(ChatSamples))]
    public async Task Events_arrive_in_the_order_of_the_real_API(string kind, string message, string fields)
    {
        using EmulatedAnswer stream = await StreamAsync(message, fields);
        string order = string.Join(" ", stream.Events.Select(Type));

        Assert.NotEmpty(kind);
        Assert.Matches(
            "^message-start( content-start( content-delta)+ content-end)?( tool-plan-delta)*( tool-call-start( tool-call-delta)* tool-call-end)*"
            + "( content-start( content-delta( citation-start citation-end)*)+ content-end)? message-end$",
            order);
    }

    internal static async Task<EmulatedAnswer> StreamAsync(string message, string fields)
    {
        using HttpClient client = EmulatedAnswer.Client();
        string body = EmulatedAnswer.ChatBody(message, fields + (fields.Length == 0 ? "" : ",") + "\"stream\":true");
        return await EmulatedAnswer.ToAsync(client, "POST", "/v2/chat", body);
    }

    internal static string Type(JsonElement item) => item.GetProperty("type").GetString()!;

    // The service counts these tokens, but the API description doesn't have them.
    private static JsonElement Described(JsonElement answer)
    {
        JsonNode node = JsonNode.Parse(answer.GetRawText())!;
        JsonNode? tokens = (node["usage"] ?? node["delta"]?["usage"])?["tokens"];
        tokens?.AsObject().Remove("reasoning_tokens");
        tokens?.AsObject().Remove("image_tokens");
        return JsonSerializer.SerializeToElement(node);
    }

    private static JsonElement Message(JsonElement item) => item.GetProperty("delta").GetProperty("message");

    private static string? Id(EmulatedAnswer answer) => answer.Json.GetProperty("id").GetString();

    private static string Deltas(IReadOnlyList<JsonElement> events, string type) => string.Concat(events
        .Where(item => Type(item) == "content-delta" && Message(item).GetProperty("content").TryGetProperty(type, out _))
        .Select(item => Message(item).GetProperty("content").GetProperty(type).GetString()));

    private static string[] ToolCalls(JsonElement answer) => answer.GetProperty("message").TryGetProperty("tool_calls", out JsonElement calls)
        ? [.. calls.EnumerateArray().Select(call => Describe(call, Function(call).GetProperty("arguments").GetString()!))]
        : [];

    private static string[] StreamedToolCalls(IReadOnlyList<JsonElement> events) =>
    [
        .. events.Where(item => Type(item) == "tool-call-start").Select(start => Describe(
            Message(start).GetProperty("tool_calls"),
            string.Concat(events
                .Where(item => Type(item) == "tool-call-delta" && item.GetProperty("index").GetInt32() == start.GetProperty("index").GetInt32())
                .Select(item => Function(Message(item).GetProperty("tool_calls")).GetProperty("arguments").GetString())))),
    ];

    private static string Describe(JsonElement call, string arguments) =>
        $"{call.GetProperty("id")} {Function(call).GetProperty("name")} {arguments}";

    private static JsonElement Function(JsonElement call) => call.GetProperty("function");
}
