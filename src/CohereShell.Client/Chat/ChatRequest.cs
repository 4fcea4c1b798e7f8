using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>
/// The body of a chat request. The properties have the names of <see href="https://docs.cohere.com/reference/chat"/>.
/// </summary>
public sealed record ChatRequest
{
    /// <summary>The model; null uses the session's chat model.</summary>
    public string? Model { get; init; }

    /// <summary>The conversation, oldest first.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; init; } = [];

    /// <summary>The tools that the model can call.</summary>
    public IReadOnlyList<ChatTool>? Tools { get; init; }

    /// <summary>Whether tool calls must follow the tool definitions strictly.</summary>
    public bool? StrictTools { get; init; }

    /// <summary>The documents that the model can use and cite.</summary>
    public IReadOnlyList<ChatDocument>? Documents { get; init; }

    /// <summary>How the model creates citations.</summary>
    public ChatCitationOptions? CitationOptions { get; init; }

    /// <summary>The format of the answer: text or JSON.</summary>
    public ChatResponseFormat? ResponseFormat { get; init; }

    /// <summary>The safety instruction that is added to the prompt.</summary>
    public SafetyMode? SafetyMode { get; init; }

    /// <summary>The maximum length of the answer, in tokens.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Up to 5 strings that end the answer.</summary>
    public IReadOnlyList<string>? StopSequences { get; init; }

    /// <summary>The randomness of the answer, from 0 to 1.</summary>
    public double? Temperature { get; init; }

    /// <summary>A number that makes sampling repeatable. The service doesn't guarantee it.</summary>
    public ulong? Seed { get; init; }

    /// <summary>
    /// Reduces repetition, from 0 to 1. The penalty increases with the number of times that a token has occurred.
    /// </summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>Reduces repetition, from 0 to 1. The penalty doesn't depend on the number of occurrences.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>The number of most likely tokens that the model chooses from, from 0 to 500.</summary>
    public int? K { get; init; }

    /// <summary>The model chooses from the most likely tokens with this total probability, from 0.01 to 0.99.</summary>
    public double? P { get; init; }

    /// <summary>Whether the answer includes the log probabilities of its tokens.</summary>
    [JsonPropertyName("logprobs")]
    public bool? LogProbs { get; init; }

    /// <summary>Whether the model must call a tool.</summary>
    public ToolChoice? ToolChoice { get; init; }

    /// <summary>Whether the model thinks before it answers.</summary>
    public ChatThinkingOptions? Thinking { get; init; }

    /// <summary>The priority, from 0 (the highest) to 999.</summary>
    public int? Priority { get; init; }

    [JsonInclude]
    internal bool? Stream { get; init; }
}

/// <summary>How the model creates citations.</summary>
/// <param name="Mode">The mode.</param>
public sealed record ChatCitationOptions(CitationMode Mode);

/// <summary>The format of the answer. JSON can't be combined with documents or tools.</summary>
/// <param name="Type"><c>text</c> or <c>json_object</c>.</param>
/// <param name="JsonSchema">The JSON schema that the answer must match.</param>
public sealed record ChatResponseFormat(string Type, JsonElement? JsonSchema = null);

/// <summary>Whether and how much the model thinks before it answers.</summary>
/// <param name="Type"><c>enabled</c> or <c>disabled</c>.</param>
/// <param name="TokenBudget">The maximum number of tokens for thinking.</param>
public sealed record ChatThinkingOptions(string Type, int? TokenBudget = null);
