namespace CohereShell;

/// <summary>What the requests of a batch are for.</summary>
public enum BatchType
{
    /// <summary>Answers of a chat model.</summary>
    Chat,

    /// <summary>Embeddings.</summary>
    Embed,
}
