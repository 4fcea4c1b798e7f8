namespace CohereShell;

/// <summary>
/// Keeps the best of a stream of candidates: a heap of limited size with the worst candidate on top. Of two with the same
/// score, the earlier one is better.
/// </summary>
/// <param name="limit">The maximum number of matches to keep.</param>
/// <param name="isLessBetter">Whether a lower score is better, as for distances.</param>
internal sealed class BestMatches(int limit, bool isLessBetter)
{
    private readonly int _limit = limit;
    private readonly bool _isLessBetter = isLessBetter;
    private readonly List<Candidate> _heap = [];
    private long _arrivals;

    public void Add(Embedding embedding, double score)
    {
        var candidate = new Candidate(embedding, score, _isLessBetter ? -score : score, _arrivals++);
        if (_heap.Count < _limit)
        {
            _heap.Add(candidate);
            Rise(_heap.Count - 1);
        }
        else if (IsWorse(_heap[0], candidate))
        {
            _heap[0] = candidate;
            Sink();
        }
    }

    /// <summary>The matches, best first.</summary>
    public IEnumerable<EmbeddingMatch> Ranked()
    {
        Candidate[] candidates = _heap.ToArray();
        System.Array.Sort(candidates, static (left, right) => left.Arrival == right.Arrival ? 0 : IsWorse(left, right) ? 1 : -1);
        for (int i = 0; i < candidates.Length; i++)
        {
            yield return new EmbeddingMatch(candidates[i].Embedding, i + 1, candidates[i].Score);
        }
    }

    // Two candidates are never equal because each has a different position in the order of arrival.
    private static bool IsWorse(Candidate candidate, Candidate other) =>
        candidate.Value < other.Value || (candidate.Value == other.Value && candidate.Arrival > other.Arrival);

    private void Rise(int index)
    {
        while (index > 0 && IsWorse(_heap[index], _heap[(index - 1) / 2]))
        {
            Swap(index, (index - 1) / 2);
            index = (index - 1) / 2;
        }
    }

    private void Sink()
    {
        int index = 0;
        while (true)
        {
            int child = (2 * index) + 1;
            if (child + 1 < _heap.Count && IsWorse(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (child >= _heap.Count || IsWorse(_heap[index], _heap[child]))
            {
                return;
            }

            Swap(index, child);
            index = child;
        }
    }

    private void Swap(int left, int right) => (_heap[left], _heap[right]) = (_heap[right], _heap[left]);

    private readonly struct Candidate(Embedding embedding, double score, double value, long arrival)
    {
        public Embedding Embedding { get; } = embedding;

        public double Score { get; } = score;

        /// <summary>The score, turned so that higher is better.</summary>
        public double Value { get; } = value;

        public long Arrival { get; } = arrival;
    }
}
