using System.Collections.Generic;

namespace CohereShell.Commands;

/// <summary>A document that is to be ranked.</summary>
/// <param name="Index">Its place among all inputs.</param>
/// <param name="Document">The object.</param>
/// <param name="Text">Its text.</param>
internal sealed record RankedDocument(long Index, object? Document, string Text);

/// <summary>
/// The documents of all parts in the order of their scores, equal ones in the order in which they came. With a limit,
/// only so many are kept, however many are added.
/// </summary>
internal sealed class Ranking
{
    private readonly SortedSet<Entry> _entries = new(new BestFirst());
    private readonly int? _top;

    public Ranking(int? top) => _top = top;

    public IEnumerable<(RankedDocument Document, double Score)> Best
    {
        get
        {
            foreach (Entry entry in _entries)
            {
                yield return (entry.Document, entry.Score);
            }
        }
    }

    public void Add(RankedDocument document, double score)
    {
        _entries.Add(new Entry(document, score));
        if (_entries.Count > _top)
        {
            _entries.Remove(_entries.Max!);
        }
    }

    private sealed record Entry(RankedDocument Document, double Score);

    private sealed class BestFirst : IComparer<Entry>
    {
        public int Compare(Entry? x, Entry? y)
        {
            int byScore = y!.Score.CompareTo(x!.Score);
            return byScore != 0 ? byScore : x.Document.Index.CompareTo(y.Document.Index);
        }
    }
}
