namespace CohereShell;

/// <summary>Writes embeddings to a file.</summary>
internal interface IEmbeddingWriter
{
    /// <summary>Writes an embedding.</summary>
    /// <param name="embedding">The embedding. Its input object is ignored.</param>
    /// <param name="inputObject">The input object as JSON; empty if there isn't one.</param>
    /// <exception cref="EmbeddingException">It doesn't belong in the file. None of it was written.</exception>
    void Write(Embedding embedding, ReadOnlySpan<byte> inputObject);

    /// <summary>Writes the remaining data. The stream stays open.</summary>
    void Complete();
}
