using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>Who says a message.</summary>
public enum ChatRole
{
    /// <summary>The person, or the program.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,

    /// <summary>Instructions for the whole conversation.</summary>
    System,

    /// <summary>The outcome of a tool call.</summary>
    Tool,
}

/// <summary>Why an answer ended.</summary>
public enum ChatFinishReason
{
    /// <summary>A reason that this version of the module does not know.</summary>
    Unknown,

    /// <summary>The answer is complete.</summary>
    Complete,

    /// <summary>One of the stop sequences was reached.</summary>
    StopSequence,

    /// <summary>The limit of tokens was reached: the answer is cut off.</summary>
    MaxTokens,

    /// <summary>The model calls a tool and waits for its outcome.</summary>
    ToolCall,

    /// <summary>The generation failed.</summary>
    Error,

    /// <summary>The generation took too long.</summary>
    Timeout,
}

/// <summary>How much safety instruction is put into the prompt. See <see href="https://docs.cohere.com/docs/safety-modes"/>.</summary>
[JsonConverter(typeof(UpperCaseEnumConverter<SafetyMode>))]
public enum SafetyMode
{
    /// <summary>Few topics are refused.</summary>
    Contextual,

    /// <summary>Sensitive topics are refused.</summary>
    Strict,

    /// <summary>No instruction. Newer models do not support it.</summary>
    Off,
}

/// <summary>How citations are made.</summary>
[JsonConverter(typeof(UpperCaseEnumConverter<CitationMode>))]
public enum CitationMode
{
    /// <summary>Citations are made.</summary>
    Enabled,

    /// <summary>No citations.</summary>
    Disabled,

    /// <summary>Citations while the text is written.</summary>
    Fast,

    /// <summary>Better citations, after the text is written.</summary>
    Accurate,

    /// <summary>No citations.</summary>
    Off,
}

/// <summary>Whether the model has to use a tool.</summary>
[JsonConverter(typeof(UpperCaseEnumConverter<ToolChoice>))]
public enum ToolChoice
{
    /// <summary>At least one tool has to be called.</summary>
    Required,

    /// <summary>No tool may be called.</summary>
    None,
}

/// <summary>How closely an image is looked at.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<ImageDetail>))]
public enum ImageDetail
{
    /// <summary>The service chooses.</summary>
    Auto,

    /// <summary>Fast, and fewer tokens.</summary>
    Low,

    /// <summary>All there is to see.</summary>
    High,
}
