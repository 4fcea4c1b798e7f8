namespace CohereShell.Pipeline;

/// <summary>The times for waiting, and what happens to jobs that have ended.</summary>
internal interface IJobWaiting
{
    /// <summary>The time between two status requests; null for a growing interval.</summary>
    TimeSpan? PollingInterval { get; }

    /// <summary>The maximum time to wait; null for no maximum.</summary>
    TimeSpan? WaitTimeout { get; }

    /// <summary>Handles a job that succeeded.</summary>
    void WriteEnded(object job);

    /// <summary>Handles a status request that can't succeed.</summary>
    void WriteJobFailure(CohereException exception, object target);
}
