namespace CohereShell.Pipeline;

/// <summary>Describes a kind of job, so that commands can wait for it.</summary>
/// <typeparam name="TJob">The type of a job, as the last status request returned it.</typeparam>
internal abstract class JobKind<TJob>
    where TJob : class
{
    /// <summary>The name of such a job in messages: <c>dataset</c>.</summary>
    public abstract string Noun { get; }

    /// <summary>The plural of the name.</summary>
    public virtual string Plural => Noun + "s";

    public abstract string IdOf(TJob job);

    /// <summary>Requests the status of a job.</summary>
    public abstract Task<TJob> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>Whether a job has ended, with or without success.</summary>
    public abstract bool IsFinished(TJob job);

    /// <summary>The error of a job that has failed; null if it succeeded.</summary>
    public abstract ErrorRecord? FailureOf(TJob job);

    /// <summary>Warnings for a job that succeeded with problems.</summary>
    public virtual IReadOnlyList<string> WarningsOf(TJob job) => [];

    /// <summary>The progress of a job in words, and in percent if the API reports it; otherwise -1.</summary>
    public abstract (string Text, int Percent) ProgressOf(TJob job);

    /// <summary>The command that continues to wait for a job: <c>Wait-CohereDataset -DatasetId x</c>.</summary>
    public abstract string WaitCommandFor(string id);
}
