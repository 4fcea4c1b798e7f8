using System.Diagnostics;

namespace CohereShell.Pipeline;

/// <summary>
/// The progress of a command with a pipeline of unknown length. It appears after a moment and is updated a few times
/// per second, because a progress bar costs more than the work that it shows.
/// </summary>
internal sealed class ItemProgress
{
    private static readonly TimeSpan Begin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly string _activity;
    private readonly string _verb;
    private readonly bool _isSlow;
    private TimeSpan _next = Begin;
    private long _count;

    /// <summary>Starts counting.</summary>
    /// <param name="activity">The activity to show.</param>
    /// <param name="verb">The past participle for the items so far: <c>embedded</c>.</param>
    /// <param name="isSlow">Whether an item takes about a second or longer. The rate is then shown per minute.</param>
    public ItemProgress(string activity, string verb, bool isSlow = false)
    {
        _activity = activity;
        _verb = verb;
        _isSlow = isSlow;
    }

    private int Id => GetHashCode() & 0x7fffffff;

    /// <summary>Counts an item.</summary>
    public void Add(Cmdlet command)
    {
        _count++;
        // With fast items, the clock is read once for 32 of them: ten million readings would be too slow.
        if ((_isSlow || (_count & 31) == 0) && _elapsed.Elapsed >= _next)
        {
            _next = _elapsed.Elapsed + Pause;
            double rate = _count / (_isSlow ? _elapsed.Elapsed.TotalMinutes : _elapsed.Elapsed.TotalSeconds);
            command.WriteProgress(new ProgressRecord(Id, _activity, string.Format(System.Globalization.CultureInfo.InvariantCulture, "{0:N0} {1}, {2:N0} a {3}", _count, _verb, rate, _isSlow ? "minute" : "second")));
        }
    }

    /// <summary>Removes the progress bar.</summary>
    public void Complete(Cmdlet command)
    {
        if (_next > Begin)
        {
            command.WriteProgress(new ProgressRecord(Id, _activity, "Done") { RecordType = ProgressRecordType.Completed });
        }
    }
}
