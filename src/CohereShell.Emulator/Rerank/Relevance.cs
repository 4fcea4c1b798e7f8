namespace CohereShell.Emulation;

/// <summary>
/// How well documents answer a query: how much of what the query asks for they say, and how alike the texts are. A score
/// depends on the query and the document alone, so that those of several calls can be put together.
/// </summary>
internal sealed class Relevance
{
    private const int Dimension = 512;

    // Of a score, the words that are found; the rest is for those that are nearly found.
    private const double WordShare = 0.75;
    private const int Decimals = 7;
    private readonly Dictionary<ulong, int> _asked = [];
    private readonly Embedder _embedder;
    private readonly EmbeddingVector _query;

    internal Relevance(string model, string query)
    {
        _embedder = new Embedder(model, Dimension);
        _query = _embedder.Embed(query);
        var word = new WordScanner(query);
        while (word.MoveNext())
        {
            _asked[word.Stem] = Embedder.Weight(word);
        }
    }

    /// <summary>From 0 to 1.</summary>
    internal decimal Score(string document)
    {
        var found = new HashSet<ulong>();
        var word = new WordScanner(document);
        while (word.MoveNext())
        {
            if (_asked.ContainsKey(word.Stem))
            {
                found.Add(word.Stem);
            }
        }

        double words = found.Sum(stem => _asked[stem]) / (double)_asked.Values.Sum();
        double alike = Math.Max(0, _query.Cosine(_embedder.Embed(document)));
        double both = (WordShare * words) + ((1 - WordShare) * alike);

        // Drawn apart as a model's scores are: little becomes less, much becomes more.
        double score = both * both / ((both * both) + ((1 - both) * (1 - both)));
        return (decimal)Math.Round(score, Decimals);
    }
}
