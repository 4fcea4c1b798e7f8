using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>
/// The body of a call to chat: property for field as in <see href="https://docs.cohere.com/reference/chat"/>.
/// </summary>
public sealed record ChatRequest
{
    /// <summary>The model; null takes the session's.</summary>
    public string? Model { get; init; }

    /// <summary>The conversation, oldest first.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; init; } = [];

    /// <summary>The tools that the model may call.</summary>
    public IReadOnlyList<ChatTool>? Tools { get; init; }

    /// <summary>Whether tool calls have to follow the definitions strictly.</summary>
    public bool? StrictTools { get; init; }

    /// <summary>What the model may use and cite.</summary>
    public IReadOnlyList<ChatDocument>? Documents { get; init; }

    /// <summary>How citations are made.</summary>
    public ChatCitationOptions? CitationOptions { get; init; }

    /// <summary>JSON as the form of the answer.</summary>
    public ChatResponseFormat? ResponseFormat { get; init; }

    /// <summary>How much safety instruction is put into the prompt.</summary>
    public SafetyMode? SafetyMode { get; init; }

    /// <summary>The longest answer, in tokens.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Up to 5 texts that end the answer.</summary>
    public IReadOnlyList<string>? StopSequences { get; init; }

    /// <summary>Randomness, 0 to 1.</summary>
    public double? Temperature { get; init; }

    /// <summary>Makes sampling repeatable, as far as the service can.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Fewer repetitions, the more often a token stood before; 0 to 1.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>Fewer repetitions; 0 to 1.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>Only the K most likely tokens are considered; 0 to 500.</summary>
    public int? K { get; init; }

    /// <summary>Only the most likely tokens up to this probability in all are considered; 0.01 to 0.99.</summary>
    public double? P { get; init; }

    /// <summary>Whether the answer holds the log probabilities of its tokens.</summary>
    [JsonPropertyName("logprobs")]
    public bool? LogProbs { get; init; }

    /// <summary>Whether a tool has to be called.</summary>
    public ToolChoice? ToolChoice { get; init; }

    /// <summary>Whether the model thinks before it answers.</summary>
    public ChatThinkingOptions? Thinking { get; init; }

    /// <summary>0, the highest, to 999.</summary>
    public int? Priority { get; init; }

    [JsonInclude]
    internal bool? Stream { get; init; }
}

/// <summary>How citations are made.</summary>
/// <param name="Mode">The way.</param>
public sealed record ChatCitationOptions(CitationMode Mode);

/// <summary>JSON as the form of the answer. It cannot be combined with documents or tools.</summary>
/// <param name="Type"><c>text</c> or <c>json_object</c>.</param>
/// <param name="JsonSchema">The schema of the answer.</param>
public sealed record ChatResponseFormat(string Type, JsonElement? JsonSchema = null);

/// <summary>Whether the model thinks before it answers, and how much.</summary>
/// <param name="Type"><c>enabled</c> or <c>disabled</c>.</param>
/// <param name="TokenBudget">The most tokens for thinking.</param>
public sealed record ChatThinkingOptions(string Type, int? TokenBudget = null);
