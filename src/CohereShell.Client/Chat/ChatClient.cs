using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace CohereShell;

/// <summary>Chat: <see href="https://docs.cohere.com/reference/chat"/>.</summary>
public sealed class ChatClient
{
    private const string ErrorEvent = "error";

    private readonly CohereSession _session;
    private readonly ApiPipeline _pipeline;

    internal ChatClient(CohereSession session, ApiPipeline pipeline)
    {
        _session = session;
        _pipeline = pipeline;
    }

    /// <summary>Sends a conversation and waits for the complete answer.</summary>
    /// <param name="request">The conversation and the settings of the answer.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public async Task<ChatResponse> SendAsync(ChatRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        request = Prepare(request, stream: null);
        var elapsed = Stopwatch.StartNew();
        return await _pipeline.SendAsync(
            CreateApiRequest(request, options, isStream: false),
            reply => Read(request, reply.Body.Span, elapsed.Elapsed),
            response => response.Usage,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a conversation and returns the answer as it arrives. The last event holds the complete answer.</summary>
    /// <param name="request">The conversation and the settings of the answer.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereStreamException">The stream broke. The exception holds the part of the answer that arrived.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public async IAsyncEnumerable<ChatStreamEvent> StreamAsync(
        ChatRequest request,
        RequestOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (IReadOnlyList<ChatStreamEvent> batch in StreamBatchesAsync(request, options, cancellationToken).ConfigureAwait(false))
        {
            foreach (ChatStreamEvent item in batch)
            {
                yield return item;
            }
        }
    }

    /// <summary>The same, but events that arrived together are returned together.</summary>
    internal async IAsyncEnumerable<IReadOnlyList<ChatStreamEvent>> StreamBatchesAsync(
        ChatRequest request,
        RequestOptions? options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        request = Prepare(request, stream: true);
        var assembler = new ChatStreamAssembler(request);
        IAsyncEnumerator<IReadOnlyList<ChatStreamEvent>> events = _pipeline
            .StreamAsync(CreateApiRequest(request, options, isStream: true), (type, data) => Parse(type, data, assembler), item => item.Usage, item => item.Type == ChatStreamEventType.MessageEnd, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        await using (events.ConfigureAwait(false))
        {
            while (true)
            {
                try
                {
                    if (!await events.MoveNextAsync().ConfigureAwait(false))
                    {
                        break;
                    }
                }
                catch (CohereException exception) when (exception is not CohereStreamException && exception.Reason is ErrorReason.StreamStalled or ErrorReason.StreamIncomplete or ErrorReason.GenerationFailed or ErrorReason.AnswerTooLarge)
                {
                    throw Broken(exception, assembler);
                }

                yield return events.Current;
            }
        }
    }

    internal static ChatResponse CreateResponse(
        ChatRequest request,
        ChatMessage message,
        string id,
        ChatFinishReason reason,
        Usage? usage,
        IReadOnlyList<LogProb> logProbs,
        TimeSpan elapsed) => new(message, request)
        {
            Id = id,
            ResponseId = id,
            Model = request.Model ?? string.Empty,
            FinishReason = reason,
            Usage = usage ?? Usage.None,
            LogProbs = logProbs,
            Message = request.Messages.LastOrDefault(asked => asked.Role == ChatRole.User)?.Text,
            Elapsed = elapsed,
        };

    internal static ChatFinishReason ParseFinishReason(string? name) => name switch
    {
        "COMPLETE" => ChatFinishReason.Complete,
        "STOP_SEQUENCE" => ChatFinishReason.StopSequence,
        "MAX_TOKENS" => ChatFinishReason.MaxTokens,
        "TOOL_CALL" => ChatFinishReason.ToolCall,
        "ERROR" => ChatFinishReason.Error,
        "TIMEOUT" => ChatFinishReason.Timeout,
        _ => ChatFinishReason.Unknown,
    };

    /// <summary>Creates the exception for a model that reports an error instead of the rest of its answer.</summary>
    internal static CohereStreamException Stopped(string error, ChatResponse response, string? type = null) =>
        new(ErrorTable.ReasonOf(type) ?? ErrorReason.GenerationFailed, $"The model stopped before its answer was complete: {ApiErrors.Sentence(error)}{ApiErrors.TypeSentence(type)}", response)
        {
            ErrorType = type,
        };

    private static CohereStreamException Broken(CohereException cause, ChatStreamAssembler assembler) =>
        new(cause.Reason, cause.Message, assembler.Build(ChatFinishReason.Unknown, null), cause)
        {
            ErrorId = cause.ErrorId,
            ErrorType = cause.ErrorType,
            Operation = cause.Operation,
            StatusCode = cause.StatusCode,
            RequestId = cause.RequestId,
            Attempts = cause.Attempts,
        };

    private static ChatStreamEvent? Parse(string type, ReadOnlySpan<byte> data, ChatStreamAssembler assembler)
    {
        // Some gateways end a stream with the marker of another vendor's API.
        if (data.IsEmpty || data.SequenceEqual("[DONE]"u8))
        {
            return null;
        }

        if (assembler.IsComplete)
        {
            return null;
        }

        if (type == ErrorEvent)
        {
            throw Failed(data, assembler);
        }

        WireChatEvent? wire;
        try
        {
            if (ContentDeltaReader.TryRead(data, out ContentDelta delta))
            {
                return assembler.Add(delta);
            }

            wire = Read(data);
        }
        catch (InvalidOperationException) when (JsonText.Repair(data) is not null)
        {
            // A text that isn't one: half of a surrogate pair in a name, or bytes that aren't UTF-8.
            wire = Read(JsonText.Repair(data));
        }

        return wire is null ? null
            : wire.Type is null or ErrorEvent && ErrorBody.Read(data.ToArray()).Message is not null ? throw Failed(data, assembler)
            : assembler.Add(wire);
    }

    private static WireChatEvent? Read(ReadOnlySpan<byte> data)
    {
        WireChatEvent? wire = JsonSerializer.Deserialize(data, ChatJsonContext.Default.WireChatEvent);
        // The sources of a citation are read later, so a damaged text in them must be repaired now.
        return wire?.Delta?.Message?.Citations is { Count: > 0 } && JsonText.Repair(data) is { } repaired
            ? JsonSerializer.Deserialize(repaired, ChatJsonContext.Default.WireChatEvent)
            : wire;
    }

    /// <summary>Creates the exception for an event in which a gateway reports an error.</summary>
    private static CohereStreamException Failed(ReadOnlySpan<byte> data, ChatStreamAssembler assembler)
    {
        byte[] body = data.ToArray();
        var error = ErrorBody.Read(body);
        string message = error.Message ?? System.Text.Encoding.UTF8.GetString(body);
        return new(ErrorTable.ReasonOf(error.Type) ?? ErrorReason.GenerationFailed, $"The service ended the stream with an error: {ApiErrors.Sentence(message)}{ApiErrors.TypeSentence(error.Type)}", assembler.Build(ChatFinishReason.Error, null))
        {
            ErrorId = error.Id,
            ErrorType = error.Type,
        };
    }

    /// <summary>Reads an answer; null if there isn't one.</summary>
    /// <exception cref="JsonException">It isn't JSON, or not an answer.</exception>
    /// <exception cref="CohereStreamException">The model reported an error instead of the rest of its answer.</exception>
    internal static ChatResponse? Read(ChatRequest request, ReadOnlySpan<byte> json, TimeSpan elapsed)
    {
        WireChatResponse? wire = JsonSerializer.Deserialize(json, ChatJsonContext.Default.WireChatResponse);
        if (wire?.Message is null)
        {
            return null;
        }

        ChatFinishReason reason = ParseFinishReason(wire.FinishReason);
        var message = new ChatMessage(ChatRole.Assistant, (wire.Message.Content ?? []).OfType<WireContent>().Select(part => part.ToContent()).ToArray())
        {
            ToolPlan = wire.Message.ToolPlan,
            ToolCalls = (wire.Message.ToolCalls ?? []).OfType<WireToolCall>().Select(call => call.ToToolCall()).ToArray(),
            Citations = (wire.Message.Citations ?? []).OfType<WireCitation>().Select(citation => citation.ToCitation()).ToArray(),
        };
        ChatResponse response = CreateResponse(
            request,
            message,
            wire.Id ?? string.Empty,
            reason,
            wire.Usage?.ToUsage(),
            (wire.Logprobs ?? []).OfType<WireLogProb>().Select(item => item.ToLogProb()).ToArray(),
            elapsed);
        return reason is ChatFinishReason.Error or ChatFinishReason.Timeout
            ? throw Stopped(reason.ToString(), response)
            : response;
    }

    private ChatRequest Prepare(ChatRequest request, bool? stream) =>
        request with { Model = request.Model ?? _session.ChatModel, Stream = stream };

    private static ApiRequest CreateApiRequest(ChatRequest request, RequestOptions? options, bool isStream) => new(Operations.Chat, options)
    {
        Body = JsonBody.Serialize(request, ChatJsonContext.Default.ChatRequest),
        Model = request.Model,
        IsStream = isStream,
    };
}
