using System.Diagnostics;

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
    private readonly TextJoiner _plan = new();
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
            "content-end" => EndContent(wire),
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
            ToolPlan = _plan.IsEmpty ? null : _plan.ToString(),
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
        Type = ContentOf(wire)?.Type,
        Text = ContentOf(wire)?.Text,
        Thinking = ContentOf(wire)?.Thinking,
    };

    private static WireContent? ContentOf(WireChatEvent wire) => wire.Delta?.Message?.Content?.FirstOrDefault();

    private ChatStreamEvent AddContent(in ContentDelta delta, ChatStreamEventType type, LogProb? logProb)
    {
        Part part = PartAt(delta.Index ?? 0);
        part.IsThinking |= delta.Type == "thinking" || (delta.Thinking is not null && delta.Text is null);
        // A start event can have both fields, one of them empty. The type tells which one is used.
        string? piece = part.Text.Add(part.IsThinking ? delta.Thinking : delta.Text);
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

    private ChatStreamEvent EndContent(WireChatEvent wire)
    {
        _parts.TryGetValue(wire.Index ?? 0, out Part? part);
        string? rest = part?.Text.End();
        return new ChatStreamEvent
        {
            Type = ChatStreamEventType.ContentEnd,
            Index = wire.Index,
            Id = wire.Id,
            Text = part?.IsThinking == true ? null : rest,
            Thinking = part?.IsThinking == true ? rest : null,
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
        string? piece = _plan.Add(wire.Delta?.Message?.ToolPlan);
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
        string? arguments = call.Arguments.Add(piece?.Function?.Arguments);
        return new ChatStreamEvent
        {
            Type = type,
            Index = wire.Index,
            ToolCall = new ToolCall(call.Id, call.Name, arguments ?? string.Empty),
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
        string? plan = _plan.End();
        string text = EndParts(isThinking: false);
        string thinking = EndParts(isThinking: true);
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
            Text = text.Length > 0 ? text : null,
            Thinking = thinking.Length > 0 ? thinking : null,
            ToolPlan = plan,
            FinishReason = reason,
            Usage = usage,
            Response = response,
        };
    }

    // What waits for its other half when the answer ends, in the parts that no event has ended.
    private string EndParts(bool isThinking) => string.Concat(_parts.Values.Where(part => part.IsThinking == isThinking).Select(part => part.Text.End()));

    private sealed class Part
    {
        public bool IsThinking { get; set; }

        public TextJoiner Text { get; } = new();

        public ChatContent ToContent() => IsThinking ? ChatContent.FromThinking(Text.ToString()) : ChatContent.FromText(Text.ToString());
    }

    private sealed class PendingCall
    {
        public string Id { get; set; } = string.Empty;

        public string Name { get; set; } = string.Empty;

        public TextJoiner Arguments { get; } = new();

        public ToolCall ToToolCall() => new(Id, Name, Arguments.ToString());
    }
}
