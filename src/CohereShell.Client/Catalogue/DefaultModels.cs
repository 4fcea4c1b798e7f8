namespace CohereShell;

/// <summary>
/// The models that are used where none is named: the only place where they are written. Connect-Cohere can set others.
/// See <see href="https://docs.cohere.com/docs/models"/>.
/// </summary>
public static class DefaultModels
{
    /// <summary>For chat.</summary>
    public const string Chat = "command-a-03-2025";

    /// <summary>For embeddings.</summary>
    public const string Embed = "embed-v4.0";

    /// <summary>For embed jobs, which run with the embed v3 models only.</summary>
    public const string EmbedJob = "embed-multilingual-v3.0";

    /// <summary>For rerank.</summary>
    public const string Rerank = "rerank-v4.0-pro";

    /// <summary>For transcriptions.</summary>
    public const string Transcription = "cohere-transcribe-03-2026";
}
