using CohereShell.Completion;

namespace CohereShell.Pipeline;

/// <summary>
/// The base of commands that wait for jobs, specified as objects or by id. -TimeoutSec is the maximum time for the
/// whole wait. Each status request has the session's timeout.
/// </summary>
/// <typeparam name="TJob">The type of a job.</typeparam>
public abstract class CohereWaitCommand<TJob> : CohereApiCommand, IJobWaiting
    where TJob : class
{
    private protected const string IdSet = "Id";
    private protected const string ObjectSet = "InputObject";

    private JobWaiter<TJob>? _waiter;
    private RequestOptions? _pollOptions;

    /// <summary>Job from another cmdlet.</summary>
    // The default set, and not a list. Otherwise, PowerShell binds the id and not the object.
    [Parameter(ParameterSetName = ObjectSet, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public TJob? InputObject { get; set; }

    /// <summary>Time between two status requests, in seconds. By default, it grows from 2 to 30.</summary>
    [Parameter]
    [ValidateRange(0.1, 3600.0)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double PollingIntervalSec { get; set; }

    TimeSpan? IJobWaiting.PollingInterval => IsBound(nameof(PollingIntervalSec)) ? TimeSpan.FromSeconds(PollingIntervalSec) : null;

    TimeSpan? IJobWaiting.WaitTimeout => IsBound(nameof(TimeoutSec)) ? TimeSpan.FromSeconds(TimeoutSec) : null;

    /// <summary>The options for a status request. A failed one isn't retried, because the next one follows soon.</summary>
    private protected RequestOptions PollOptions => _pollOptions ??= Options with { MaxRetryCount = Options.MaxRetryCount ?? 0 };

    internal sealed override TimeSpan? CallTimeout => null;

    /// <summary>The ids to wait for, if no object is specified.</summary>
    private protected abstract IReadOnlyList<string> Ids { get; }

    private JobWaiter<TJob> Waiter => _waiter ??= new(this, this, CreateKind());

    void IJobWaiting.WriteEnded(object job) => WriteObject(job);

    void IJobWaiting.WriteJobFailure(CohereException exception, object target) => WriteFailure(exception, target);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        if (InputObject is not null)
        {
            Add(InputObject);
            return;
        }

        foreach (string id in Ids)
        {
            Waiter.Add(id);
        }
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        // Finds the session on the pipeline thread: the status requests run on other threads.
        _ = Client;
        _ = PollOptions;
        Waiter.Complete();
        base.EndProcessing();
    }

    /// <inheritdoc/>
    protected sealed override void StopProcessing()
    {
        base.StopProcessing();
        // The pipeline can't be written to any more.
        if (_waiter?.Remainder is { } remainder)
        {
            Host.UI?.WriteWarningLine(remainder);
        }
    }

    /// <summary>Describes the kind of job to the waiter.</summary>
    private protected abstract JobKind<TJob> CreateKind();

    /// <summary>Adds a job to wait for.</summary>
    private protected virtual void Add(TJob job) => Waiter.Add(job);
}
