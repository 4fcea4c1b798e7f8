namespace CohereShell.Emulation;

/// <summary>
/// Creates embeddings by feature hashing: each word, its trigrams and each pair of words add to some dimensions. Texts
/// that share words, or similar words, are near each other. All sums are integers, so the same text has the same
/// embedding in every process and on every runtime.
/// </summary>
internal sealed class Embedder
{
    // For every 192 dimensions, or fewer at the end, a feature adds to four. One hash has enough bits for that number.
    private const int DimensionsPerHash = 192;
    private const int PlaceBits = 15;
    private const int BaseWeight = 8;
    private const int CommonWordWeight = 8;
    private const int PartWeight = 24;
    private const int CommonPartWeight = 3;
    private const int PairWeight = 16;
    private const int MarkWeight = 6;
    private const int EmojiWeight = 60;
    private const int ImageWeight = 60;
    private const int ImageFeatures = 16;
    private const char Edge = '\u0001';
    private readonly ulong _model;
    private readonly int[] _base;
    private readonly int[] _sums;

    /// <summary>
    /// Creates an embedder. Each model has a separate vector space: embeddings of two models are only as similar as
    /// random ones.
    /// </summary>
    internal Embedder(string model, int dimension)
    {
        _model = StableHash.Of(model);
        _sums = new int[dimension];

        // As with a real model, no dimension is zero, and a text without words has an embedding too.
        _base = new int[dimension];
        for (int i = 0; i < dimension; i++)
        {
            _base[i] = (StableHash.Of(_model, (ulong)i) & 1) == 0 ? BaseWeight : -BaseWeight;
        }

        Array.Copy(_base, _sums, dimension);
    }

    /// <summary>The weight of a word. Long words count more than short ones. Very frequent words count almost nothing.</summary>
    internal static int Weight(WordScanner word) =>
        !word.IsWord ? (word.IsCommon ? MarkWeight : EmojiWeight)
        : word.IsCommon ? CommonWordWeight
        : 40 + (6 * Math.Min(word.End - word.Start, 10));

    internal EmbeddingVector Embed(string text)
    {
        Add(text);
        return Take();
    }

    internal void Add(string text)
    {
        var word = new WordScanner(text);
        ulong before = 0;
        while (word.MoveNext())
        {
            Add(word.Stem, Weight(word));
            if (word.IsWord)
            {
                AddParts(text, word.Start, word.End, word.IsCommon ? CommonPartWeight : PartWeight);
            }

            if (before != 0)
            {
                Add(StableHash.Of(before, word.Stem), word.IsCommon ? CommonPartWeight : PairWeight);
            }

            before = word.Stem;
        }
    }

    /// <summary>Adds an image. Only identical bytes count as the same image.</summary>
    internal void Add(byte[] image)
    {
        ulong hash = StableHash.Of(image);
        for (int i = 1; i <= ImageFeatures; i++)
        {
            Add(StableHash.Of(hash, (ulong)i), ImageWeight);
        }
    }

    /// <summary>Returns the embedding of what was added, and starts another one.</summary>
    internal EmbeddingVector Take()
    {
        EmbeddingVector vector = EmbeddingVector.Normalise(_sums);
        Array.Copy(_base, _sums, _sums.Length);
        return vector;
    }

    private void AddParts(string text, int start, int end, int weight)
    {
        ulong part = Edge;
        for (int i = start; i <= end; i++)
        {
            // A window of three UTF-16 units.
            part = ((part << 16) | (i < end ? char.ToLowerInvariant(text[i]) : Edge)) & 0xFFFFFFFFFFFF;
            if (i > start)
            {
                Add(part, weight);
            }
        }
    }

    private void Add(ulong feature, int weight)
    {
        ulong seed = feature ^ _model;
        int[] sums = _sums;
        for (int i = 0; i < sums.Length; i += DimensionsPerHash)
        {
            ulong hash = StableHash.Of(seed, (ulong)i);
            AddAt((ushort)hash, weight);
            AddAt((ushort)(hash >> 16), weight);
            AddAt((ushort)(hash >> 32), weight);
            AddAt((ushort)(hash >> 48), weight);
        }
    }

    // The upper bits choose the dimension, and the lowest bit chooses the sign.
    private void AddAt(ushort hash, int weight)
    {
        int place = ((hash >> 1) * _sums.Length) >> PlaceBits;
        _sums[place] += (hash & 1) == 0 ? weight : -weight;
    }
}
