namespace CohereShell;

/// <summary>Reads a file of embeddings from its beginning to its end.</summary>
internal interface IEmbeddingReader : IDisposable
{
    /// <summary>
    /// The next embedding; null at the end. Its input object, if it has one, is a <see cref="System.Text.Json.JsonElement"/>.
    /// </summary>
    /// <exception cref="EmbeddingFileException">What comes next cannot be read. Unless it says that nothing can be read
    /// behind it, reading may go on.</exception>
    Embedding? Read();
}
