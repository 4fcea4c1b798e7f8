using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>
/// The documents of all parts in the order of their scores. Equal scores keep the input order. With a limit, only the
/// best documents are kept, whatever the number of documents that are added.
/// </summary>
internal sealed class Ranking(int? top)
{
    private readonly SortedSet<Entry> _entries = new(new BestFirst());
    private readonly int? _top = top;

    public int Count => _entries.Count;

    public IEnumerable<(TextRecord Document, double Score)> Best
    {
        get
        {
            foreach (Entry entry in _entries)
            {
                yield return (entry.Document, entry.Score);
            }
        }
    }

    public void Add(TextRecord document, double score)
    {
        _entries.Add(new Entry(document, score));
        if (_entries.Count > _top)
        {
            _entries.Remove(_entries.Max!);
        }
    }

    private sealed record Entry(TextRecord Document, double Score);

    private sealed class BestFirst : IComparer<Entry>
    {
        public int Compare(Entry? x, Entry? y)
        {
            int byScore = y!.Score.CompareTo(x!.Score);
            return byScore != 0 ? byScore : x.Document.Index.CompareTo(y.Document.Index);
        }
    }
}
