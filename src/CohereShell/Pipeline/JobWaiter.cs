using System.Diagnostics;
using System.Globalization;
using CohereShell.Errors;

namespace CohereShell.Pipeline;

/// <summary>
/// Waits for jobs that run at Cohere, all of them together, and writes each as soon as it has ended: the job, or an error
/// where it has failed. Jobs that have ended before leave when they are added. Stopping to wait stops no job.
/// </summary>
/// <typeparam name="TJob">The type of a job.</typeparam>
internal sealed class JobWaiter<TJob>
    where TJob : class
{
    private const double Growth = 1.5;

    /// <summary>How many jobs are looked at in the same moment.</summary>
    private const int MostAtOnce = 8;

    /// <summary>One look that fails says nothing. So many in a row are worth a word.</summary>
    private const int FailuresWorthAWarning = 3;

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(30);

    /// <summary>So long before the end of the time the last look is begun.</summary>
    private static readonly TimeSpan LongestLastLook = TimeSpan.FromSeconds(2);

    private readonly CohereCommand _command;
    private readonly IJobWaiting _waits;
    private readonly JobKind<TJob> _kind;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<Waited> _waiting = [];
    private int _ended;

    /// <summary>Prepares for jobs.</summary>
    /// <param name="command">The command that waits.</param>
    /// <param name="waits">How long, and what becomes of the jobs.</param>
    /// <param name="kind">What kind of jobs they are.</param>
    public JobWaiter(CohereCommand command, IJobWaiting waits, JobKind<TJob> kind)
    {
        _command = command;
        _waits = waits;
        _kind = kind;
    }

    /// <summary>Adds a job. One that has ended is written now.</summary>
    public void Add(TJob job)
    {
        string id = _kind.IdOf(job);
        if (!_known.Add(id))
        {
            return;
        }

        if (_kind.IsFinished(job))
        {
            WriteEnded(job);
        }
        else
        {
            _waiting.Add(new Waited(id) { Job = job });
        }
    }

    /// <summary>Adds a job of which only the id is known.</summary>
    public void Add(string id)
    {
        if (_known.Add(id))
        {
            _waiting.Add(new Waited(id));
        }
    }

    /// <summary>Waits until all have ended, or the time is up. Call it in EndProcessing.</summary>
    public void Complete()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        var elapsed = Stopwatch.StartNew();
        using var timeout = new CancellationTokenSource();
        if (_waits.WaitTimeout is { } time)
        {
            timeout.CancelAfter(time);
        }

        TimeSpan interval = _waits.PollingInterval ?? ShortestInterval;
        ShowProgress();
        Look(timeout.Token);
        while (_waiting.Count > 0 && !timeout.IsCancellationRequested)
        {
            ShowProgress();
            Pause(BeforeTheEnd(interval, elapsed.Elapsed), timeout.Token);
            Look(timeout.Token);
            interval = _waits.PollingInterval ?? Shorter(LongestInterval, TimeSpan.FromTicks((long)(interval.Ticks * Growth)));
        }

        EndProgress();
        foreach (Waited waited in _waiting)
        {
            string? state = waited.Job is null ? null : _kind.ProgressOf(waited.Job).Text;
            _command.WriteError(ErrorRecords.StillRunning(_kind.Noun, waited.Id, state, elapsed.Elapsed, _kind.WaitCommandFor(waited.Id), (object?)waited.Job ?? waited.Id));
        }
    }

    /// <summary>
    /// A pause, made shorter where the time would be up in it: a job that has ended meanwhile is not told to run still.
    /// </summary>
    private TimeSpan BeforeTheEnd(TimeSpan pause, TimeSpan elapsed)
    {
        if (_waits.WaitTimeout is not { } time)
        {
            return pause;
        }

        TimeSpan left = time - Shorter(LongestLastLook, TimeSpan.FromTicks(time.Ticks / 10)) - elapsed;
        return left > TimeSpan.Zero ? Shorter(pause, left) : pause;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>Looks at every job once, and writes those that have ended, each as soon as it is known.</summary>
    private void Look(CancellationToken timeout)
    {
        var next = new Queue<Waited>(_waiting);
        var underWay = new Dictionary<Task<TJob>, Waited>();
        while (next.Count + underWay.Count > 0)
        {
            while (next.Count > 0 && underWay.Count < MostAtOnce)
            {
                Waited waited = next.Dequeue();
                underWay.Add(_command.Start(token => GetAsync(waited.Id, token, timeout)), waited);
            }

            Task<TJob> first = _command.Await(Task.WhenAny(underWay.Keys));
            Waited seen = underWay[first];
            underWay.Remove(first);
            Take(seen, first);
        }
    }

    private async Task<TJob> GetAsync(string id, CancellationToken stopping, CancellationToken timeout)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeout);
        return await _kind.GetAsync(id, ending.Token).ConfigureAwait(false);
    }

    private void Take(Waited waited, Task<TJob> look)
    {
        try
        {
            waited.Job = _command.Await(look);
            waited.Failures = 0;
        }
        catch (OperationCanceledException)
        {
            // The time is up, and this job is told of with the others.
            return;
        }
        catch (CohereException exception) when (IsTransient(exception.Reason))
        {
            Endure(waited, exception);
            return;
        }
        catch (CohereException exception)
        {
            _waiting.Remove(waited);
            _waits.WriteJobFailure(exception, (object?)waited.Job ?? waited.Id);
            return;
        }
        catch (ArgumentException exception)
        {
            _waiting.Remove(waited);
            _command.WriteError(ErrorRecords.InvalidValue(exception.PlainMessage(), $"Give the id of a {_kind.Noun}.", waited.Id, exception));
            return;
        }

        if (_kind.IsFinished(waited.Job))
        {
            _waiting.Remove(waited);
            WriteEnded(waited.Job);
        }
    }

    /// <summary>The job goes on, whether anybody can look at it or not.</summary>
    private void Endure(Waited waited, CohereException exception)
    {
        waited.Failures++;
        string message = DisplayText.Sanitize($"The {_kind.Noun} '{waited.Id}' could not be looked at, and will be again: {exception.Message}");
        if (waited.Failures == FailuresWorthAWarning)
        {
            _command.WriteWarning(message);
        }
        else
        {
            _command.WriteVerbose(message);
        }
    }

    private static bool IsTransient(ErrorReason reason) => reason
        is ErrorReason.ConnectionFailed
        or ErrorReason.ConnectionLost
        or ErrorReason.TimedOut
        or ErrorReason.RateLimited
        or ErrorReason.RequestCancelled
        or ErrorReason.ServerError
        or ErrorReason.Unavailable;

    private void Pause(TimeSpan interval, CancellationToken timeout)
    {
        try
        {
            _command.Await(_command.Start(token => DelayAsync(interval, token, timeout)));
        }
        catch (OperationCanceledException)
        {
            // The time is up.
        }
    }

    private static async Task<bool> DelayAsync(TimeSpan interval, CancellationToken stopping, CancellationToken timeout)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeout);
        await Task.Delay(interval, ending.Token).ConfigureAwait(false);
        return true;
    }

    private void WriteEnded(TJob job)
    {
        _ended++;
        if (_kind.FailureOf(job) is { } failure)
        {
            _command.WriteError(failure);
        }
        else
        {
            foreach (string warning in _kind.WarningsOf(job))
            {
                _command.WriteWarning(DisplayText.Sanitize(warning));
            }

            _waits.WriteEnded(job);
        }
    }

    private int ProgressId => GetHashCode() & 0x7fffffff;

    private string Activity => _known.Count == 1 ? $"Waiting for the {_kind.Noun} '{_known.First()}'" : string.Format(CultureInfo.InvariantCulture, "Waiting for {0} {1}", _known.Count, _kind.Plural);

    private void ShowProgress()
    {
        (string Text, int Percent)[] running = _waiting.Select(waited => waited.Job is null ? ("asking", -1) : _kind.ProgressOf(waited.Job)).ToArray();
        bool isOne = _known.Count == 1;
        // What has no percentage counts as not begun, once another has one or has ended.
        bool isMeasured = _ended > 0 || running.Any(job => job.Percent >= 0);
        // The current operation alone would not do: PowerShell 7 does not show it.
        string status = isOne ? running[0].Text : FormattableString.Invariant($"{_ended} of {_known.Count} ended; {running[0].Text}");
        _command.WriteProgress(new ProgressRecord(ProgressId, DisplayText.Sanitize(Activity), DisplayText.Sanitize(status))
        {
            CurrentOperation = isOne ? null : DisplayText.Sanitize(_waiting[0].Id),
            PercentComplete = isMeasured ? Math.Min(100, ((_ended * 100) + running.Sum(job => Math.Max(0, job.Percent))) / (_ended + running.Length)) : -1,
        });
    }

    private void EndProgress() =>
        _command.WriteProgress(new ProgressRecord(ProgressId, Activity, "Done") { RecordType = ProgressRecordType.Completed });

    private sealed class Waited(string id)
    {
        public string Id { get; } = id;

        /// <summary>As it stood when it was last looked at.</summary>
        public TJob? Job { get; set; }

        /// <summary>How many looks have failed since.</summary>
        public int Failures { get; set; }
    }
}
