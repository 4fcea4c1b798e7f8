using System;
using System.Management.Automation;

namespace CohereShell.Pipeline;

/// <summary>
/// The base of commands that wait for jobs. Their -TimeoutSec is the time for the waiting as a whole; each call in it has
/// the time of the session.
/// </summary>
public abstract class CohereWaitCommand : CohereApiCommand, IJobWaiting
{
    private RequestOptions? _pollOptions;

    /// <summary>How long to wait between two looks, in seconds. Without it, 2 at first and up to 30 in the end.</summary>
    [Parameter]
    [ValidateRange(0.1, 3600.0)]
    public double PollingIntervalSec { get; set; }

    TimeSpan? IJobWaiting.PollingInterval => IsBound(nameof(PollingIntervalSec)) ? TimeSpan.FromSeconds(PollingIntervalSec) : null;

    TimeSpan? IJobWaiting.WaitTimeout => IsBound(nameof(TimeoutSec)) ? TimeSpan.FromSeconds(TimeoutSec) : null;

    /// <summary>For a look at a job: who looks again in a moment need not repeat a look that has failed.</summary>
    private protected RequestOptions PollOptions => _pollOptions ??= new RequestOptions
    {
        MaxRetryCount = Options.MaxRetryCount ?? 0,
        Headers = Options.Headers,
        Progress = Options.Progress,
    };

    private protected sealed override TimeSpan? CallTimeout => null;

    void IJobWaiting.WriteEnded(object job) => WriteObject(job);

    void IJobWaiting.WriteJobFailure(CohereException exception, object target) => WriteFailure(exception, target);
}
