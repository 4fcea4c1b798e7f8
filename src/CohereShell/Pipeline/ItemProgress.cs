using System.Diagnostics;
using System.Globalization;

namespace CohereShell.Pipeline;

/// <summary>
/// The progress of a command with many inputs: done, total where it's known, rate, time left. It appears after a moment and
/// is updated a few times per second, because a progress bar costs more than the work that it shows.
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
    private long _failed;

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

    /// <summary>The number of items; null if it isn't known.</summary>
    public long? Total { get; set; }

    /// <summary>
    /// Counts the items whose call has ended, and whose output waits for that of earlier items; null if nothing waits.
    /// </summary>
    public Func<EndedItems>? Waiting { get; set; }

    private int Id => GetHashCode() & 0x7fffffff;

    /// <summary>Counts an item.</summary>
    public void Add(CohereCommand command)
    {
        _count++;
        // With fast items, the clock is read once for 32 of them: ten million readings would be too slow.
        if (_isSlow || (_count & 31) == 0)
        {
            Tick(command);
        }
    }

    /// <summary>Counts an item that failed.</summary>
    public void AddFailure() => _failed++;

    /// <summary>Doesn't count an item, because its output is in the file of an earlier run.</summary>
    public void Skip() => Total--;

    /// <summary>Updates the progress bar if it's time. It's called while the command waits.</summary>
    public void Tick(CohereCommand command)
    {
        TimeSpan elapsed = _elapsed.Elapsed;
        if (elapsed >= _next)
        {
            _next = elapsed + Pause;
            Show(command, elapsed);
        }
    }

    /// <summary>Removes the progress bar.</summary>
    public void Complete(CohereCommand command)
    {
        if (_next > Begin)
        {
            command.WriteProgress(new ProgressRecord(Id, _activity, "Done") { RecordType = ProgressRecordType.Completed });
        }
    }

    private void Show(CohereCommand command, TimeSpan elapsed)
    {
        EndedItems waiting = Waiting?.Invoke() ?? default;
        long succeeded = _count + waiting.Succeeded;
        long failed = _failed + waiting.Failed;
        long done = succeeded + failed;
        double perSecond = done / elapsed.TotalSeconds;
        var status = new List<string> { Text(Total is null ? "{0:N0} {2}" : "{0:N0} of {1:N0} {2}", succeeded, Total, _verb) };
        if (failed > 0)
        {
            status.Add(Text("{0:N0} failed", failed));
        }

        if (done > 0)
        {
            status.Add(_isSlow ? Text("{0:N0} a minute", perSecond * 60) : Text("{0:N0} a second", perSecond));
        }

        var record = new ProgressRecord(Id, _activity, "-");
        if (Total is { } total && done > 0)
        {
            double left = Math.Max(0, total - done) / perSecond;
            // PowerShell 7 doesn't show SecondsRemaining in its one line.
            status.Add(left < 100 ? Text("{0:N0} s left", Math.Ceiling(left)) : Text("{0:N0} min left", Math.Ceiling(left / 60)));
            record.SecondsRemaining = left < int.MaxValue ? (int)Math.Ceiling(left) : -1;
            record.PercentComplete = (int)Math.Min(100, done * 100 / Math.Max(1, total));
        }

        if (done == 0)
        {
            status = [Text(Total is null ? "{0:N0} s" : "{0:N0} s, 0 of {1:N0} {2}", elapsed.TotalSeconds, Total, _verb)];
        }

        record.StatusDescription = string.Join(", ", status);
        command.WriteProgress(record);
    }

    private static string Text(string format, params object?[] values) => string.Format(CultureInfo.InvariantCulture, format, values);
}

/// <summary>A number of items whose calls have ended.</summary>
/// <param name="Succeeded">The items with an output.</param>
/// <param name="Failed">The items with an error.</param>
internal readonly record struct EndedItems(long Succeeded, long Failed)
{
    /// <summary>An item without an output counts as failed, unless its call was only planned.</summary>
    public static EndedItems Of(Exception? failure) => failure switch
    {
        null => new(1, 0),
        PlannedCallException => default,
        _ => new(0, 1),
    };

    public static EndedItems operator +(EndedItems one, EndedItems other) => new(one.Succeeded + other.Succeeded, one.Failed + other.Failed);

    public static EndedItems operator -(EndedItems one, EndedItems other) => new(one.Succeeded - other.Succeeded, one.Failed - other.Failed);
}
