namespace CohereShell.Emulation;

/// <summary>
/// Scores how well documents answer a query: how many words of the query they contain, and how similar the texts are. A
/// score depends only on the query and the document, so scores of several calls can be combined.
/// </summary>
internal sealed class Relevance
{
    private const int Dimension = 512;

    // The share of exact matches in a score. The rest is for similar words.
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

    /// <summary>The score, from 0 to 1.</summary>
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

        // Spreads the scores as a model does: low ones become lower, and high ones become higher.
        double score = both * both / ((both * both) + ((1 - both) * (1 - both)));
        return (decimal)Math.Round(score, Decimals);
    }
}
