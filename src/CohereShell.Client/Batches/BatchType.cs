namespace CohereShell;

/// <summary>The type of the requests in a batch.</summary>
public enum BatchType
{
    /// <summary>Chat.</summary>
    Chat,

    /// <summary>Embeddings.</summary>
    Embed,
}
