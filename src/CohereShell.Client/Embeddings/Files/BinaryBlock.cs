namespace CohereShell;

/// <summary>A block of a binary file. Two blocks are used in turn, and each keeps its memory.</summary>
internal sealed class BinaryBlock
{
    /// <summary>The metadata and vectors. The array can be longer, with old data at its end.</summary>
    public byte[] Body { get; private set; } = [];

    /// <summary>The number of records.</summary>
    public int Count { get; set; }

    /// <summary>The position of the first record in the file, from 0.</summary>
    public long First { get; set; }

    /// <summary>The length of the metadata in bytes. The vectors follow it.</summary>
    public int MetadataLength { get; set; }

    /// <summary>The number formats of the vectors.</summary>
    public EmbeddingForms Forms { get; set; }

    /// <summary>The purpose of the embeddings.</summary>
    public EmbedInputType? InputType { get; set; }

    /// <summary>Makes room for the data.</summary>
    public void Grow(int length)
    {
        if (Body.Length < length)
        {
            Body = Uninitialized.Array<byte>(length);
        }
    }
}
