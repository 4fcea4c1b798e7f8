namespace CohereShell;

/// <summary>The format of an embedding file.</summary>
public enum EmbeddingFileFormat
{
    /// <summary>JSON Lines: one embedding on each line, readable for people and other programs.</summary>
    Jsonl,

    /// <summary>
    /// Apache Arrow: about a third of the size, loads as fast as the file can be read, and programs such as pandas, polars and
    /// DuckDB read it.
    /// </summary>
    Arrow,
}
