namespace CohereShell;

/// <summary>Reads an embedding file from start to end.</summary>
internal interface IEmbeddingReader : IDisposable
{
    /// <summary>
    /// Returns the next embedding; null at the end. An input object is a <see cref="System.Text.Json.JsonElement"/>.
    /// </summary>
    /// <exception cref="EmbeddingFileException">The next embedding can't be read. Unless the exception says that the rest of the
    /// file can't be read, you can continue.</exception>
    Embedding? Read();
}
