namespace CohereShell;

/// <summary>
/// The models that are used by default. They are defined here only; Connect-Cohere can set others for a session.
/// See <see href="https://docs.cohere.com/docs/models"/>.
/// </summary>
public static class DefaultModels
{
    /// <summary>The model for chat.</summary>
    public const string Chat = "command-a-03-2025";

    /// <summary>The model for embeddings.</summary>
    public const string Embed = "embed-v4.0";

    /// <summary>The model for embed jobs.</summary>
    public const string EmbedJob = "embed-multilingual-v3.0";

    /// <summary>The model for rerank.</summary>
    public const string Rerank = "rerank-v4.0-pro";

    /// <summary>The model that parses documents.</summary>
    public const string Parse = "parse-v5.0";

    /// <summary>The model for transcriptions.</summary>
    public const string Transcription = "cohere-transcribe-03-2026";
}
