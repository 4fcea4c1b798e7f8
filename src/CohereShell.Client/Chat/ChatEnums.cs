using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>The author of a message.</summary>
public enum ChatRole
{
    /// <summary>The user or the program.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,

    /// <summary>Instructions for the whole conversation.</summary>
    System,

    /// <summary>The result of a tool call.</summary>
    Tool,
}

/// <summary>Why an answer ended.</summary>
public enum ChatFinishReason
{
    /// <summary>A reason that this version of the module doesn't know.</summary>
    Unknown,

    /// <summary>The answer is complete.</summary>
    Complete,

    /// <summary>One of the stop sequences was reached.</summary>
    StopSequence,

    /// <summary>The token limit was reached, and the answer is cut off.</summary>
    MaxTokens,

    /// <summary>The model calls a tool and waits for its result.</summary>
    ToolCall,

    /// <summary>The generation failed.</summary>
    Error,

    /// <summary>The generation took too long.</summary>
    Timeout,
}

/// <summary>
/// The safety instruction that is added to the prompt. See <see href="https://docs.cohere.com/docs/safety-modes"/>.
/// </summary>
[JsonConverter(typeof(UpperCaseEnumConverter<SafetyMode>))]
public enum SafetyMode
{
    /// <summary>The model refuses few topics.</summary>
    Contextual,

    /// <summary>The model refuses sensitive topics.</summary>
    Strict,

    /// <summary>No safety instruction. Newer models don't accept it.</summary>
    Off,
}

/// <summary>How the model creates citations.</summary>
[JsonConverter(typeof(UpperCaseEnumConverter<CitationMode>))]
public enum CitationMode
{
    /// <summary>Citations are on.</summary>
    Enabled,

    /// <summary>Citations are off.</summary>
    Disabled,

    /// <summary>Citations are created while the text is written.</summary>
    Fast,

    /// <summary>Better citations are created after the text is complete.</summary>
    Accurate,

    /// <summary>Citations are off.</summary>
    Off,
}

/// <summary>Whether the model must call a tool.</summary>
[JsonConverter(typeof(UpperCaseEnumConverter<ToolChoice>))]
public enum ToolChoice
{
    /// <summary>The model must call at least one tool.</summary>
    Required,

    /// <summary>The model can't call tools.</summary>
    None,
}

/// <summary>How closely the model looks at an image.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<ImageDetail>))]
public enum ImageDetail
{
    /// <summary>The service decides.</summary>
    Auto,

    /// <summary>Fast, with fewer tokens.</summary>
    Low,

    /// <summary>The model uses all details.</summary>
    High,
}
