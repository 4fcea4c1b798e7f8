namespace CohereShell;

/// <summary>Writes a file of embeddings, one after the other.</summary>
internal interface IEmbeddingWriter
{
    /// <summary>Writes an embedding.</summary>
    /// <param name="embedding">The embedding. Its input object is not looked at.</param>
    /// <param name="inputObject">Its input object as JSON; nothing for none.</param>
    /// <exception cref="EmbeddingException">It does not belong into the file. Nothing of it was written.</exception>
    void Write(Embedding embedding, ReadOnlySpan<byte> inputObject);

    /// <summary>Writes what is still to be written. The stream stays open.</summary>
    void Complete();
}
