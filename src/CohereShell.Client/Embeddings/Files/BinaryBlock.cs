namespace CohereShell;

/// <summary>A block of a file in the binary form, whose memory is used again for the next but one.</summary>
internal sealed class BinaryBlock
{
    /// <summary>Metadata and vectors, and behind them what is left of longer blocks.</summary>
    public byte[] Body { get; private set; } = [];

    /// <summary>How many records it has.</summary>
    public int Count { get; set; }

    /// <summary>The place of its first record in the file, from 0.</summary>
    public long First { get; set; }

    /// <summary>How long the metadata are; behind them stand the vectors.</summary>
    public int MetadataLength { get; set; }

    /// <summary>The forms of its vectors.</summary>
    public EmbeddingForms Forms { get; set; }

    /// <summary>What its embeddings are for.</summary>
    public EmbedInputType? InputType { get; set; }

    /// <summary>Makes room for a body.</summary>
    public void Grow(int length)
    {
        if (Body.Length < length)
        {
            Body = Uninitialized.Array<byte>(length);
        }
    }
}
