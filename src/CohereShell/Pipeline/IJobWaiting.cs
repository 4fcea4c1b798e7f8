namespace CohereShell.Pipeline;

/// <summary>How long jobs are waited for, and what becomes of those that have ended.</summary>
internal interface IJobWaiting
{
    /// <summary>How long to wait between two looks; null for longer and longer.</summary>
    TimeSpan? PollingInterval { get; }

    /// <summary>How long to wait in all; null for as long as it takes.</summary>
    TimeSpan? WaitTimeout { get; }

    /// <summary>Takes a job that has ended well.</summary>
    void WriteEnded(object job);

    /// <summary>Takes a look that cannot succeed.</summary>
    void WriteJobFailure(CohereException exception, object target);
}
