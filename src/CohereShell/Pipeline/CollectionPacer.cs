namespace CohereShell.Pipeline;

/// <summary>
/// Limits the memory that a long pipeline uses. On processors with large caches, .NET collects only after about a
/// hundred megabytes of short-lived objects, and a runbook's sandbox has 400 in total. If .NET collects more often,
/// this class does nothing.
/// </summary>
internal sealed class CollectionPacer
{
    private const long BytesBetweenCollections = 8 * 1024 * 1024;

    /// <summary>The measured size of a Get-Content line with all objects that a pipeline creates for it.</summary>
    private const int BytesAroundAnItem = 1500;

    private long _bytes;
    private int _lastCollection = GC.CollectionCount(0);

    /// <summary>Counts an item that was passed on.</summary>
    /// <param name="bytes">The approximate size of the item.</param>
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
            // Only generation 0. Objects that are already dead cost nothing.
            GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        }

        _lastCollection = GC.CollectionCount(0);
    }
}
