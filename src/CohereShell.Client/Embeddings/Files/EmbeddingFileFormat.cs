namespace CohereShell;

/// <summary>The format of an embedding file.</summary>
public enum EmbeddingFileFormat
{
    /// <summary>JSON Lines: one embedding on each line, readable for people and other programs.</summary>
    Jsonl,

    /// <summary>The numbers as in memory: about a third of the size, and loads as fast as the file can be read.</summary>
    Binary,
}
