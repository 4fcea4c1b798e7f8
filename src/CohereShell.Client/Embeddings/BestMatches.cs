using System.Runtime.CompilerServices;

namespace CohereShell;

/// <summary>
/// Keeps the best of a stream of candidates: a heap of limited size with the worst candidate on top. Of two with the same
/// score, the earlier one is better.
/// </summary>
/// <param name="limit">The maximum number of matches to keep.</param>
/// <param name="isLessBetter">Whether a lower score is better, as for distances.</param>
internal sealed class BestMatches<T>(int limit, bool isLessBetter)
{
    private readonly int _limit = limit;
    private readonly bool _isLessBetter = isLessBetter;
    private readonly List<Candidate> _heap = [];
    private double _worst = double.NegativeInfinity;

    /// <summary>Whether a candidate would be kept.</summary>
    /// <param name="score">Its score.</param>
    /// <param name="order">Its position among all candidates.</param>
    public bool Keeps(double score, long order) =>
        _heap.Count < _limit || IsWorse(_heap[0], new Candidate(default!, score, _isLessBetter ? -score : score, order));

    /// <summary>Whether a score is good enough. A quick test, because a search refuses most of millions of candidates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayKeep(double score) => !((_isLessBetter ? -score : score) < _worst);

    public void Add(T item, double score, long order)
    {
        var candidate = new Candidate(item, score, _isLessBetter ? -score : score, order);
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

        if (_heap.Count == _limit)
        {
            _worst = _heap[0].Value;
        }
    }

    /// <summary>Adds those that another heap keeps.</summary>
    public void Add(BestMatches<T> other)
    {
        foreach (Candidate candidate in other._heap)
        {
            Add(candidate.Item, candidate.Score, candidate.Order);
        }
    }

    /// <summary>The items and their scores, best first.</summary>
    public IReadOnlyList<(T Item, double Score)> Ranked()
    {
        Candidate[] candidates = _heap.ToArray();
        System.Array.Sort(candidates, static (left, right) => left.Order == right.Order ? 0 : IsWorse(left, right) ? 1 : -1);
        return System.Array.ConvertAll(candidates, candidate => (candidate.Item, candidate.Score));
    }

    // Two candidates are never equal because each has a different position.
    private static bool IsWorse(in Candidate candidate, in Candidate other) =>
        candidate.Value < other.Value || (candidate.Value == other.Value && candidate.Order > other.Order);

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

    private readonly struct Candidate(T item, double score, double value, long order)
    {
        public T Item { get; } = item;

        public double Score { get; } = score;

        /// <summary>The score, turned so that higher is better.</summary>
        public double Value { get; } = value;

        public long Order { get; } = order;
    }
}
