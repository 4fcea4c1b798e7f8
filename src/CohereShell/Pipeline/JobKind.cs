namespace CohereShell.Pipeline;

/// <summary>What has to be known of a kind of job to wait for it.</summary>
/// <typeparam name="TJob">The type of a job, as it stood when it was last looked at.</typeparam>
internal abstract class JobKind<TJob>
    where TJob : class
{
    /// <summary>What such a job is called: <c>dataset</c>.</summary>
    public abstract string Noun { get; }

    /// <summary>What several are called.</summary>
    public virtual string Plural => Noun + "s";

    public abstract string IdOf(TJob job);

    /// <summary>Looks at a job.</summary>
    public abstract Task<TJob> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>Whether a job has ended, well or badly.</summary>
    public abstract bool IsFinished(TJob job);

    /// <summary>Why a job that has ended has failed; null where it has not.</summary>
    public abstract ErrorRecord? FailureOf(TJob job);

    /// <summary>What to warn of where a job has ended well, and not altogether.</summary>
    public virtual IReadOnlyList<string> WarningsOf(TJob job) => [];

    /// <summary>How far a job is, in words, and in percent where the API tells; -1 where it does not.</summary>
    public abstract (string Text, int Percent) ProgressOf(TJob job);

    /// <summary>The command that goes on waiting for a job: <c>Wait-CohereDataset -DatasetId x</c>.</summary>
    public abstract string WaitCommandFor(string id);
}
