using System.Text.Json.Serialization;

namespace CohereShell;

// Chat responses as the API sends them. The public types are created from them in one step.

internal sealed class WireChatResponse
{
    public string? Id { get; set; }

    public string? FinishReason { get; set; }

    public WireMessage? Message { get; set; }

    public WireUsage? Usage { get; set; }

    public List<WireLogProb?>? Logprobs { get; set; }
}

internal sealed class WireMessage
{
    [JsonConverter(typeof(ContentConverter))]
    public List<WireContent?>? Content { get; set; }

    public string? ToolPlan { get; set; }

    public List<WireToolCall?>? ToolCalls { get; set; }

    public List<WireCitation?>? Citations { get; set; }
}

internal sealed class WireContent
{
    public string? Type { get; set; }

    [JsonConverter(typeof(ChunkConverter))]
    public string? Text { get; set; }

    [JsonConverter(typeof(ChunkConverter))]
    public string? Thinking { get; set; }

    public ChatContent ToContent() =>
        Thinking is not null && Text is null ? ChatContent.FromThinking(Thinking) : ChatContent.FromText(Text ?? string.Empty);
}

internal sealed class WireToolCall
{
    public string? Id { get; set; }

    public WireToolFunction? Function { get; set; }

    public ToolCall ToToolCall() => new(Id ?? string.Empty, Function?.Name ?? string.Empty, Function?.Arguments ?? string.Empty);
}

internal sealed class WireToolFunction
{
    public string? Name { get; set; }

    [JsonConverter(typeof(ArgumentsConverter))]
    public string? Arguments { get; set; }
}

internal sealed class WireCitation
{
    public int Start { get; set; }

    public int End { get; set; }

    public string? Text { get; set; }

    public List<JsonElement>? Sources { get; set; }

    public int? ContentIndex { get; set; }

    public string? Type { get; set; }

    public Citation ToCitation() => new()
    {
        Start = Math.Max(0, Start),
        End = Math.Max(0, End),
        Text = Text ?? string.Empty,
        Sources = (Sources ?? []).Where(source => source.ValueKind == JsonValueKind.Object).Select(source => new CitationSource(source)).ToArray(),
        ContentIndex = Math.Max(0, ContentIndex ?? 0),
        Type = Type,
    };
}

internal sealed class WireLogProb
{
    [JsonConverter(typeof(ChunkConverter))]
    public string? Text { get; set; }

    public List<int>? TokenIds { get; set; }

    public List<double>? Logprobs { get; set; }

    public LogProb ToLogProb() => new() { Text = Text is null ? null : TextJoiner.Repair(Text), TokenIds = TokenIds ?? [], LogProbs = Logprobs ?? [] };
}

internal sealed class WireChatEvent
{
    public string? Type { get; set; }

    public int? Index { get; set; }

    public string? Id { get; set; }

    public WireDelta? Delta { get; set; }

    public WireLogProb? Logprobs { get; set; }
}

internal sealed class WireDelta
{
    public WireDeltaMessage? Message { get; set; }

    public string? FinishReason { get; set; }

    public string? Error { get; set; }

    public string? ErrorType { get; set; }

    public WireUsage? Usage { get; set; }
}

// The names are plural, but each event holds one object. The first event holds empty arrays instead.
internal sealed class WireDeltaMessage
{
    [JsonConverter(typeof(ContentConverter))]
    public List<WireContent?>? Content { get; set; }

    [JsonConverter(typeof(ChunkConverter))]
    public string? ToolPlan { get; set; }

    [JsonConverter(typeof(OneOrNoneConverter<WireToolCall>))]
    public WireToolCall? ToolCalls { get; set; }

    [JsonConverter(typeof(OneOrManyConverter<WireCitation>))]
    public List<WireCitation>? Citations { get; set; }
}
