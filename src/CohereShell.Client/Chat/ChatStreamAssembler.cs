using System.Diagnostics;
using System.Text;

namespace CohereShell;

/// <summary>Converts the events of the API to those that users see, and assembles the complete answer.</summary>
internal sealed class ChatStreamAssembler
{
    private readonly ChatRequest _request;
    private readonly CitedDocuments _documents;
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly SortedDictionary<int, Part> _parts = [];
    private readonly SortedDictionary<int, PendingCall> _calls = [];
    private readonly List<Citation> _citations = [];
    private readonly List<LogProb> _logProbs = [];
    private readonly StringBuilder _plan = new();
    private string _id = string.Empty;
    private Part? _lastPart;
    private int _lastIndex;

    public ChatStreamAssembler(ChatRequest request)
    {
        _request = request;
        _documents = new CitedDocuments(request);
    }

    /// <summary>Whether the last event has arrived.</summary>
    public bool IsComplete { get; private set; }

    public ChatStreamEvent Add(in ContentDelta delta) => AddContent(delta, ChatStreamEventType.ContentDelta, null);

    public ChatStreamEvent Add(WireChatEvent wire)
    {
        _id = wire.Id ?? _id;
        return wire.Type switch
        {
            "content-delta" => AddContent(DeltaOf(wire), ChatStreamEventType.ContentDelta, wire.Logprobs?.ToLogProb()),
            "content-start" => AddContent(DeltaOf(wire), ChatStreamEventType.ContentStart, wire.Logprobs?.ToLogProb()),
            "content-end" => Plain(wire, ChatStreamEventType.ContentEnd),
            "tool-plan-delta" => AddPlan(wire),
            "tool-call-start" => AddToolCall(wire, ChatStreamEventType.ToolCallStart),
            "tool-call-delta" => AddToolCall(wire, ChatStreamEventType.ToolCallDelta),
            "tool-call-end" => EndToolCall(wire),
            "citation-start" => AddCitation(wire),
            "citation-end" => Plain(wire, ChatStreamEventType.CitationEnd),
            "message-start" => Plain(wire, ChatStreamEventType.MessageStart),
            "message-end" => End(wire),
            _ => Plain(wire, ChatStreamEventType.Unknown),
        };
    }

    /// <summary>The answer as far as it has arrived.</summary>
    public ChatResponse Build(ChatFinishReason reason, Usage? usage)
    {
        var content = _parts.Values.Select(part => part.ToContent()).Where(part => part.Text is { Length: > 0 }).ToList();
        var message = new ChatMessage(ChatRole.Assistant, content)
        {
            ToolPlan = _plan.Length > 0 ? _plan.ToString() : null,
            ToolCalls = _calls.Values.Select(call => call.ToToolCall()).ToArray(),
            Citations = _citations.ToArray(),
        };
        return ChatClient.CreateResponse(_request, message, _id, reason, usage, _logProbs.ToArray(), _elapsed.Elapsed);
    }

    private static ChatStreamEvent Plain(WireChatEvent wire, ChatStreamEventType type) =>
        new() { Type = type, Index = wire.Index, Id = wire.Id };

    private static ContentDelta DeltaOf(WireChatEvent wire) => new()
    {
        Index = wire.Index,
        Type = wire.Delta?.Message?.Content?.Type,
        Text = wire.Delta?.Message?.Content?.Text,
        Thinking = wire.Delta?.Message?.Content?.Thinking,
    };

    private ChatStreamEvent AddContent(in ContentDelta delta, ChatStreamEventType type, LogProb? logProb)
    {
        Part part = PartAt(delta.Index ?? 0);
        part.IsThinking |= delta.Type == "thinking" || (delta.Thinking is not null && delta.Text is null);
        // A start event can have both fields, one of them empty. The type tells which one is used.
        string? piece = part.IsThinking ? delta.Thinking : delta.Text;
        part.Text.Append(piece);
        if (logProb is not null)
        {
            _logProbs.Add(logProb);
        }

        return new ChatStreamEvent
        {
            Type = type,
            Index = delta.Index,
            Text = part.IsThinking ? null : piece,
            Thinking = part.IsThinking ? piece : null,
            LogProb = logProb,
        };
    }

    // Consecutive chunks usually belong to the same part, so the last part is checked first.
    private Part PartAt(int index)
    {
        if (_lastPart is null || _lastIndex != index)
        {
            if (!_parts.TryGetValue(index, out _lastPart))
            {
                _parts[index] = _lastPart = new Part();
            }

            _lastIndex = index;
        }

        return _lastPart;
    }

    private ChatStreamEvent AddPlan(WireChatEvent wire)
    {
        string? piece = wire.Delta?.Message?.ToolPlan;
        _plan.Append(piece);
        return new ChatStreamEvent { Type = ChatStreamEventType.ToolPlanDelta, Index = wire.Index, ToolPlan = piece };
    }

    private ChatStreamEvent AddToolCall(WireChatEvent wire, ChatStreamEventType type)
    {
        WireToolCall? piece = wire.Delta?.Message?.ToolCalls;
        int index = wire.Index ?? 0;
        if (!_calls.TryGetValue(index, out PendingCall? call))
        {
            _calls[index] = call = new PendingCall();
        }

        call.Id = piece?.Id ?? call.Id;
        call.Name = piece?.Function?.Name ?? call.Name;
        call.Arguments.Append(piece?.Function?.Arguments);
        return new ChatStreamEvent
        {
            Type = type,
            Index = wire.Index,
            ToolCall = new ToolCall(call.Id, call.Name, piece?.Function?.Arguments ?? string.Empty),
        };
    }

    private ChatStreamEvent EndToolCall(WireChatEvent wire) => new()
    {
        Type = ChatStreamEventType.ToolCallEnd,
        Index = wire.Index,
        ToolCall = _calls.TryGetValue(wire.Index ?? 0, out PendingCall? call) ? call.ToToolCall() : null,
    };

    private ChatStreamEvent AddCitation(WireChatEvent wire)
    {
        List<Citation>? citations = wire.Delta?.Message?.Citations?.ConvertAll(citation => _documents.Link(citation.ToCitation()));
        _citations.AddRange(citations ?? []);
        return new ChatStreamEvent { Type = ChatStreamEventType.CitationStart, Index = wire.Index, Citation = citations?.FirstOrDefault() };
    }

    private ChatStreamEvent End(WireChatEvent wire)
    {
        Usage usage = wire.Delta?.Usage?.ToUsage() ?? Usage.None;
        ChatFinishReason reason = ChatClient.ParseFinishReason(wire.Delta?.FinishReason);
        ChatResponse response = Build(reason, usage);
        if (wire.Delta?.Error is { Length: > 0 } || reason is ChatFinishReason.Error or ChatFinishReason.Timeout)
        {
            // The HTTP status was 200, so only the last event can report the failure.
            string error = wire.Delta?.Error is { Length: > 0 } told ? told : reason.ToString();
            throw ChatClient.Stopped(error, response, wire.Delta?.ErrorType);
        }

        IsComplete = true;
        return new ChatStreamEvent
        {
            Type = ChatStreamEventType.MessageEnd,
            Id = wire.Id,
            FinishReason = reason,
            Usage = usage,
            Response = response,
        };
    }

    private sealed class Part
    {
        public bool IsThinking { get; set; }

        public StringBuilder Text { get; } = new();

        public ChatContent ToContent() => IsThinking ? ChatContent.FromThinking(Text.ToString()) : ChatContent.FromText(Text.ToString());
    }

    private sealed class PendingCall
    {
        public string Id { get; set; } = string.Empty;

        public string Name { get; set; } = string.Empty;

        public StringBuilder Arguments { get; } = new();

        public ToolCall ToToolCall() => new(Id, Name, Arguments.ToString());
    }
}
