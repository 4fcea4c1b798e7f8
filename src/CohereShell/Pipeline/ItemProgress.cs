using System.Diagnostics;

namespace CohereShell.Pipeline;

/// <summary>
/// How far a command is that works through a pipeline whose length nobody knows. It begins after a moment and moves a
/// few times a second: a bar costs more than the work that it shows.
/// </summary>
internal sealed class ItemProgress
{
    private static readonly TimeSpan Begin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly string _activity;
    private readonly string _verb;
    private TimeSpan _next = Begin;
    private long _count;

    /// <summary>Starts to count.</summary>
    /// <param name="activity">What is being done.</param>
    /// <param name="verb">What has been done to the items so far.</param>
    public ItemProgress(string activity, string verb)
    {
        _activity = activity;
        _verb = verb;
    }

    private int Id => GetHashCode() & 0x7fffffff;

    /// <summary>Counts an item.</summary>
    public void Add(Cmdlet command)
    {
        _count++;
        // Looked at now and then: reading the clock for each of ten million items adds up.
        if ((_count & 31) == 0 && _elapsed.Elapsed >= _next)
        {
            _next = _elapsed.Elapsed + Pause;
            double rate = _count / _elapsed.Elapsed.TotalSeconds;
            command.WriteProgress(new ProgressRecord(Id, _activity, string.Format(System.Globalization.CultureInfo.InvariantCulture, "{0:N0} {1}, {2:N0} a second", _count, _verb, rate)));
        }
    }

    /// <summary>Takes the bar away.</summary>
    public void Complete(Cmdlet command)
    {
        if (_next > Begin)
        {
            command.WriteProgress(new ProgressRecord(Id, _activity, "Done") { RecordType = ProgressRecordType.Completed });
        }
    }
}
