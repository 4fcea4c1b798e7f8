using System.Diagnostics;
using System.Globalization;
using CohereShell.Display;
using CohereShell.Errors;

namespace CohereShell.Pipeline;

/// <summary>
/// Waits for several jobs at Cohere at the same time, and writes each one as soon as it has ended: the job, or an
/// error if it failed. Jobs that had already ended are written when they are added. If the wait stops, the jobs
/// continue to run.
/// </summary>
/// <typeparam name="TJob">The type of a job.</typeparam>
internal sealed class JobWaiter<TJob>
    where TJob : class
{
    private const double Growth = 1.5;

    /// <summary>The maximum number of status requests at the same time.</summary>
    private const int MostAtOnce = 8;

    /// <summary>A single failed status request isn't reported. This number in a row causes a warning.</summary>
    private const int FailuresWorthAWarning = 3;

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(30);

    /// <summary>The last status request starts this long before the end of the wait.</summary>
    private static readonly TimeSpan LongestLastLook = TimeSpan.FromSeconds(2);

    private readonly CohereCommand _command;
    private readonly IJobWaiting _waits;
    private readonly JobKind<TJob> _kind;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<Waited> _waiting = [];
    private int _ended;
    private string[] _running = [];

    /// <summary>Prepares for jobs.</summary>
    /// <param name="command">The command that waits.</param>
    /// <param name="waits">The times for waiting, and what happens to the jobs.</param>
    /// <param name="kind">The kind of the jobs.</param>
    public JobWaiter(CohereCommand command, IJobWaiting waits, JobKind<TJob> kind)
    {
        _command = command;
        _waits = waits;
        _kind = kind;
    }

    /// <summary>
    /// What continues if the wait stops now, and how to wait again; null if nothing does. It can be called from any thread.
    /// </summary>
    public string? Remainder
    {
        get
        {
            string[] ids = _running;
            return ids.Length switch
            {
                0 => null,
                1 => DisplayText.Sanitize($"The {_kind.Noun} '{ids[0]}' continues at Cohere. To wait for it again, run: {_kind.WaitCommandFor(ids[0])}"),
                _ => DisplayText.Sanitize($"{ids.Length} {_kind.Plural} continue at Cohere. To wait for them again, run: {_kind.WaitCommandFor(ids[0]).Replace(PowerShellText.Quote(ids[0]), string.Join(", ", ids.Select(PowerShellText.Quote)))}"),
            };
        }
    }

    /// <summary>Whether jobs that still run when the time is over are errors.</summary>
    public bool ReportsRunning { get; init; } = true;

    /// <summary>Whether jobs still ran when the time was over.</summary>
    public bool IsTimeOver { get; private set; }

    /// <summary>Adds a job. If it has already ended, it's written now.</summary>
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

    /// <summary>Adds a job by its id.</summary>
    public void Add(string id)
    {
        if (_known.Add(id))
        {
            _waiting.Add(new Waited(id));
        }
    }

    /// <summary>Waits until all jobs have ended, or the time is over. Call it in EndProcessing.</summary>
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
        _running = _waiting.Select(waited => waited.Id).ToArray();
        ShowProgress();
        Look(timeout.Token);
        while (_waiting.Count > 0 && !timeout.IsCancellationRequested)
        {
            _running = _waiting.Select(waited => waited.Id).ToArray();
            ShowProgress();
            Pause(BeforeTheEnd(interval, elapsed.Elapsed), timeout.Token);
            Look(timeout.Token);
            interval = _waits.PollingInterval ?? Shorter(LongestInterval, TimeSpan.FromTicks((long)(interval.Ticks * Growth)));
        }

        EndProgress();
        _running = [];
        IsTimeOver = _waiting.Count > 0;
        foreach (Waited waited in ReportsRunning ? _waiting : [])
        {
            string? state = waited.Job is null ? null : _kind.ProgressOf(waited.Job).Text;
            _command.WriteError(ErrorRecords.StillRunning(_kind.Noun, waited.Id, state, elapsed.Elapsed, _kind.WaitCommandFor(waited.Id), (object?)waited.Job ?? waited.Id));
        }
    }

    /// <summary>
    /// A pause, shortened if the time would end during it. A job that ended in the meantime must not be reported as
    /// running, so a third of a short time is left for the last look.
    /// </summary>
    private TimeSpan BeforeTheEnd(TimeSpan pause, TimeSpan elapsed)
    {
        if (_waits.WaitTimeout is not { } time)
        {
            return pause;
        }

        TimeSpan left = time - Shorter(LongestLastLook, TimeSpan.FromTicks(time.Ticks / 3)) - elapsed;
        return left > TimeSpan.Zero ? Shorter(pause, left) : pause;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>Requests the status of every job once, and writes each ended job as soon as it's known.</summary>
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
            int ended = _ended;
            Take(seen, first);
            if (_ended > ended && _waiting.Count > 0)
            {
                // The status of the other jobs can take long to arrive.
                ShowProgress();
            }
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
            // The time is over. This job is reported with the others.
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
            _command.WriteError(ErrorRecords.InvalidValue(exception.PlainMessage(), $"Specify the id of a {_kind.Noun}.", waited.Id, exception));
            return;
        }

        if (_kind.IsFinished(waited.Job))
        {
            _waiting.Remove(waited);
            WriteEnded(waited.Job);
        }
    }

    /// <summary>Continues to wait after a failed status request, which doesn't affect the job itself.</summary>
    private void Endure(Waited waited, CohereException exception)
    {
        waited.Failures++;
        string message = DisplayText.Sanitize($"The status request for the {_kind.Noun} '{waited.Id}' failed and will be repeated: {exception.Message}");
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
        or ErrorReason.HostNotFound
        or ErrorReason.ConnectionRefused
        or ErrorReason.ProxyFailed
        or ErrorReason.TlsFailed
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
            // The time is over.
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
        // A job without a percentage counts as 0 % once another one has a percentage or has ended.
        bool isMeasured = _ended > 0 || running.Any(job => job.Percent >= 0);
        // Not in CurrentOperation, because PowerShell 7 doesn't show it.
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

        /// <summary>The job as the last status request returned it.</summary>
        public TJob? Job { get; set; }

        /// <summary>The number of status requests that have failed since then.</summary>
        public int Failures { get; set; }
    }
}
