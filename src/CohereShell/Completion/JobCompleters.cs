using System.Collections;
using System.Runtime.CompilerServices;

namespace CohereShell.Completion;

/// <summary>
/// The base of completers for job ids, newest first. The tooltips are the names, because ids mean nothing to people.
/// </summary>
/// <typeparam name="T">The type of a job.</typeparam>
public abstract class JobIdCompleter<T> : AccountCompleter<T>
{
    /// <summary>Long enough for a few Tab presses, and short enough that a new job soon appears.</summary>
    private protected sealed override TimeSpan Freshness => TimeSpan.FromSeconds(20);

    private protected abstract DateTimeOffset? CreatedAt(T job);

    private protected abstract (string Name, string ToolTip) Describe(T job);

    private protected sealed override IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters) =>
        Items(boundParameters).OrderByDescending(CreatedAt).Select(Describe);
}

/// <summary>Completes embed jobs of the account.</summary>
public sealed class EmbedJobIdCompleter : JobIdCompleter<EmbedJob>
{
    private protected override DateTimeOffset? CreatedAt(EmbedJob job) => job.CreatedAt;

    private protected override (string Name, string ToolTip) Describe(EmbedJob job) =>
        (job.JobId, DisplayText.OneLine($"{job.Name}; {job.Model}; {job.Status}", 200));

    private protected override async IAsyncEnumerable<EmbedJob> ListAsync(CohereClient client, RequestOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (EmbedJob job in await client.EmbedJobs.ListAsync(options, cancellationToken).ConfigureAwait(false))
        {
            yield return job;
        }
    }
}

/// <summary>Completes batches of the account.</summary>
public sealed class BatchIdCompleter : JobIdCompleter<Batch>
{
    private protected override DateTimeOffset? CreatedAt(Batch job) => job.CreatedAt;

    private protected override (string Name, string ToolTip) Describe(Batch job) =>
        (job.BatchId, DisplayText.OneLine($"{job.Name}; {job.Model}; {job.Status}", 200));

    private protected override IAsyncEnumerable<Batch> ListAsync(CohereClient client, RequestOptions options, CancellationToken cancellationToken) =>
        client.Batches.ListAsync(options: options, cancellationToken: cancellationToken);
}

/// <summary>Completes fine-tuned models of the account.</summary>
public sealed class FineTunedModelIdCompleter : JobIdCompleter<FineTunedModel>
{
    private protected override DateTimeOffset? CreatedAt(FineTunedModel job) => job.CreatedAt;

    private protected override (string Name, string ToolTip) Describe(FineTunedModel job) =>
        (job.ModelId, DisplayText.OneLine($"{job.Name}; {job.BaseType}; {job.Status}", 200));

    private protected override IAsyncEnumerable<FineTunedModel> ListAsync(CohereClient client, RequestOptions options, CancellationToken cancellationToken) =>
        client.FineTuning.ListAsync(options: options, cancellationToken: cancellationToken);
}
