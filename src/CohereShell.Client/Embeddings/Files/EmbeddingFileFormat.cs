namespace CohereShell;

/// <summary>The form of a file of embeddings.</summary>
public enum EmbeddingFileFormat
{
    /// <summary>JSON Lines: an embedding a line, which people and other programs can read.</summary>
    Jsonl,

    /// <summary>The numbers as they are in memory: about a third of the size, and as fast to load as the file can be read.</summary>
    Binary,
}
