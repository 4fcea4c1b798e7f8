namespace CohereShell.Pipeline;

/// <summary>
/// The progress of the calls that wait for a retry or a rate limit. Several can wait at the same time: the one that continues
/// first is shown, with its seconds.
/// </summary>
internal sealed class CallWaits(CohereCommand command)
{
    /// <summary>The activity of the progress bar.</summary>
    public const string Activity = "Waiting for Cohere";

    /// <summary>Shorter waits don't get a progress bar.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>A longer wait isn't counted down.</summary>
    private static readonly TimeSpan LongestCountdown = TimeSpan.FromDays(1);

    /// <summary>A call that should have continued so long ago runs again, even if that isn't reported.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    private readonly CohereCommand _command = command;
    private readonly Dictionary<object, Wait> _waits = [];
    private bool _isShown;

    /// <summary>Whether a call waits.</summary>
    public bool Any => _waits.Count > 0;

    private int Id => GetHashCode() & 0x7fffffff;

    /// <summary>Shows a wait if it's long enough.</summary>
    public void Add(ApiNotice notice)
    {
        if (notice.Delay >= Shortest || notice.Delay == TimeSpan.Zero)
        {
            _waits[KeyOf(notice)] = new Wait(
                notice.Message,
                notice.Delay > LongestCountdown ? DateTime.MaxValue : DateTime.UtcNow + notice.Delay,
                IsCounted: notice.Delay > TimeSpan.Zero && notice.Delay <= LongestCountdown);
            Tick();
        }
    }

    /// <summary>Removes the wait of a call that has ended.</summary>
    public void Remove(ApiNotice notice)
    {
        if (_waits.Remove(KeyOf(notice)))
        {
            Tick();
        }
    }

    /// <summary>Counts down. It's called while the command waits.</summary>
    public void Tick()
    {
        DateTime now = DateTime.UtcNow;
        foreach (object key in _waits.Where(wait => now - LongestDelay > wait.Value.End).Select(wait => wait.Key).ToArray())
        {
            _waits.Remove(key);
        }

        if (!Any)
        {
            Complete();
            return;
        }

        Wait shown = _waits.Values.OrderBy(wait => wait.End <= now).ThenBy(wait => wait.End).First();
        int seconds = shown.IsCounted ? (int)Math.Ceiling(Math.Max(0, (shown.End - now).TotalSeconds)) : -1;
        // The seconds come first, because a line of 80 columns doesn't have room for the whole message.
        string status = shown.IsCounted ? FormattableString.Invariant($"{seconds} s left: {shown.Message}") : shown.Message;
        _command.WriteProgress(new ProgressRecord(Id, Activity, status) { SecondsRemaining = seconds });
        _isShown = true;
    }

    /// <summary>Removes the progress bar.</summary>
    public void Complete()
    {
        _waits.Clear();
        if (_isShown)
        {
            _isShown = false;
            _command.WriteProgress(new ProgressRecord(Id, Activity, "Done") { RecordType = ProgressRecordType.Completed });
        }
    }

    private object KeyOf(ApiNotice notice) => notice.Call ?? this;

    private sealed record Wait(string Message, DateTime End, bool IsCounted);
}
