namespace CohereShell.Pipeline;

/// <summary>
/// The base of commands that wait for jobs of a kind, given as objects or by id. Their -TimeoutSec is the time for the
/// waiting as a whole; each call in it has the time of the session.
/// </summary>
/// <typeparam name="TJob">The type of a job.</typeparam>
public abstract class CohereWaitCommand<TJob> : CohereApiCommand, IJobWaiting
    where TJob : class
{
    private protected const string IdSet = "Id";
    private protected const string ObjectSet = "InputObject";

    private JobWaiter<TJob>? _waiter;
    private RequestOptions? _pollOptions;

    /// <summary>A job, as other cmdlets put it out.</summary>
    // Of the default set, and not a list: else PowerShell prefers the id to the object.
    [Parameter(ParameterSetName = ObjectSet, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public TJob? InputObject { get; set; }

    /// <summary>How long to wait between two looks, in seconds. Without it, 2 at first and up to 30 in the end.</summary>
    [Parameter]
    [ValidateRange(0.1, 3600.0)]
    public double PollingIntervalSec { get; set; }

    TimeSpan? IJobWaiting.PollingInterval => IsBound(nameof(PollingIntervalSec)) ? TimeSpan.FromSeconds(PollingIntervalSec) : null;

    TimeSpan? IJobWaiting.WaitTimeout => IsBound(nameof(TimeoutSec)) ? TimeSpan.FromSeconds(TimeoutSec) : null;

    /// <summary>For a look at a job: who looks again in a moment need not repeat a look that has failed.</summary>
    private protected RequestOptions PollOptions => _pollOptions ??= Options with { MaxRetryCount = Options.MaxRetryCount ?? 0 };

    internal sealed override TimeSpan? CallTimeout => null;

    /// <summary>The ids that were given in place of an object.</summary>
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
        // Found on the thread of the pipeline: the looks are not on it.
        _ = Client;
        _ = PollOptions;
        Waiter.Complete();
    }

    /// <summary>What has to be known of the jobs.</summary>
    private protected abstract JobKind<TJob> CreateKind();

    /// <summary>Has a job waited for.</summary>
    private protected virtual void Add(TJob job) => Waiter.Add(job);
}
