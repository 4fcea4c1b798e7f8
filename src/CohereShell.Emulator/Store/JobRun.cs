using System;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Emulation;

/// <summary>What the work of a job is like, whatever it does.</summary>
internal static class JobRun
{
    /// <summary>Whether a job is to fail, because its name says so.</summary>
    internal static bool IsToFail(string name) => name.IndexOf(EmulatorStore.FailHook, StringComparison.Ordinal) >= 0;

    /// <summary>Has a job run to its end, or until somebody cancels it; one that the end of the emulator stops stays as it is.</summary>
    /// <param name="store">Where it is kept.</param>
    /// <param name="id">Its id.</param>
    /// <param name="run">Its work.</param>
    /// <param name="cancel">Marks it as cancelled.</param>
    internal static void Start(EmulatorStore store, string id, Func<CancellationToken, Task> run, Action cancel) => store.Run(id, async cancellationToken =>
    {
        try
        {
            await run(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            store.ThrowIfStopping();
            await store.CancelPauseAsync().ConfigureAwait(false);
            cancel();
        }
    });

    /// <summary>Does the work on a dataset at once. What fails is a reason, and no exception.</summary>
    /// <param name="store">Where the dataset is kept.</param>
    /// <param name="datasetId">The dataset.</param>
    /// <param name="failure">The reason for which it fails without any work; null where there is none.</param>
    /// <param name="work">The work.</param>
    internal static (T? Done, string? Failure) Try<T>(EmulatorStore store, string datasetId, string? failure, Func<StoredDataset, T> work)
        where T : struct
    {
        try
        {
            StoredDataset input = store.Datasets.Find(datasetId) ?? throw EmulatedGetDataset.NotFound(datasetId);
            return failure is null ? (work(input), null) : (null, failure);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return (null, error.Message);
        }
    }
}
