namespace CohereShell.Pipeline;

/// <summary>
/// Keeps what a long pipeline leaves behind from piling up. On processors with large caches .NET lets a hundred
/// megabytes of short-lived objects gather before it looks at them, and a runbook's sandbox has 400 in all. Where it
/// collects more often by itself, nothing is done.
/// </summary>
internal sealed class CollectionPacer
{
    private const long BytesBetweenCollections = 8 * 1024 * 1024;

    /// <summary>A line of Get-Content and what goes with it through a pipeline, measured.</summary>
    private const int BytesAroundAnItem = 1500;

    private long _bytes;
    private int _lastCollection = GC.CollectionCount(0);

    /// <summary>Counts an item that has been handed on.</summary>
    /// <param name="bytes">About how large it is.</param>
    public void Add(long bytes)
    {
        _bytes += bytes + BytesAroundAnItem;
        if (_bytes < BytesBetweenCollections)
        {
            return;
        }

        _bytes = 0;
        if (GC.CollectionCount(0) == _lastCollection)
        {
            // The youngest generation only: what is dead by now costs nothing to look at.
            GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        }

        _lastCollection = GC.CollectionCount(0);
    }
}
