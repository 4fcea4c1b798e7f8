using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Emulation;

/// <summary>
/// What an emulator keeps for as long as it lives: datasets, jobs, and the work on them that goes on between requests.
/// </summary>
internal sealed class EmulatorStore : IDisposable
{
    /// <summary>A job whose name has this word fails.</summary>
    internal const string FailHook = "emulate:fail";
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, Running> _running = new(StringComparer.Ordinal);
    private int _stopped;

    /// <exception cref="IOException">What the folder holds cannot be read, or another emulator works in it.</exception>
    internal EmulatorStore(CohereEmulatorOptions options)
    {
        Files = new StoredFiles(options.StatePath);
        Downloads = new DownloadService(this, options.DownloadUrlLifetime);
        JobDuration = TimeSpan.FromMilliseconds(options.JobDurationMs);
        ValidationDuration = TimeSpan.FromMilliseconds(options.ValidationDurationMs);
        try
        {
            Datasets = new StoredSet<StoredDataset>(Files.FolderFor("datasets"));
            EmbedJobs = new StoredSet<StoredEmbedJob>(Files.FolderFor("embed-jobs"));
            Batches = new StoredSet<StoredBatch>(Files.FolderFor("batches"));
            FineTunedModels = new StoredSet<StoredFineTunedModel>(Files.FolderFor("fine-tuned-models"));
            Files.DeleteAllBut(Datasets.All().SelectMany(dataset => dataset.Files));
        }
        catch
        {
            Files.Dispose();
            throw;
        }

        Resume();
    }

    internal TimeSpan JobDuration { get; }

    internal TimeSpan ValidationDuration { get; }

    internal StoredFiles Files { get; }

    internal DownloadService Downloads { get; }

    internal StoredSet<StoredDataset> Datasets { get; }

    internal StoredSet<StoredEmbedJob> EmbedJobs { get; }

    internal StoredSet<StoredBatch> Batches { get; }

    internal StoredSet<StoredFineTunedModel> FineTunedModels { get; }

    /// <summary>Ends all work, and deletes what was not to be kept.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
        {
            return;
        }

        _stopping.Cancel();
        Downloads.Dispose();
        Task.WaitAll(_running.Values.Select(running => running.Task).ToArray(), StopTime);
        Files.Dispose();
    }

    /// <summary>Does some work beside the requests.</summary>
    /// <param name="id">What it can be cancelled by.</param>
    /// <param name="work">The work. It tells of its failures itself.</param>
    internal void Run(string id, Func<CancellationToken, Task> work)
    {
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        Task task = Task.Run(() => RunAsync(id, work, cancel));
        _running[id] = new Running(cancel, task);
        if (task.IsCompleted)
        {
            // It may have ended before it was listed.
            _running.TryRemove(id, out _);
        }
    }

    /// <summary>Cancels the work on something, if there is any.</summary>
    internal void Cancel(string id)
    {
        if (_running.TryGetValue(id, out Running? running))
        {
            try
            {
                running.Cancel.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has just ended by itself.
            }
        }
    }

    /// <summary>The time between the wish to cancel something and its end.</summary>
    internal Task CancelPauseAsync() => Task.Delay(TimeSpan.FromTicks(JobDuration.Ticks / 4), _stopping.Token);

    /// <summary>Throws when the emulator itself stops: then what was under way is to be taken up again, and not to end.</summary>
    internal void ThrowIfStopping() => _stopping.Token.ThrowIfCancellationRequested();

    // What an emulator before has not finished.
    private void Resume()
    {
        foreach (StoredDataset dataset in Datasets.All().Where(dataset => !dataset.IsSettled))
        {
            DatasetValidation.Start(this, dataset.Id);
        }

        foreach (StoredEmbedJob job in EmbedJobs.All().Where(job => !job.IsSettled))
        {
            EmbedJobRun.Start(this, job.Id);
        }

        foreach (StoredBatch batch in Batches.All().Where(batch => !batch.IsSettled))
        {
            BatchRun.Start(this, batch.Id);
        }

        foreach (StoredFineTunedModel model in FineTunedModels.All().Where(model => !model.IsSettled))
        {
            FineTuningRun.Start(this, model.Id);
        }
    }

    private async Task RunAsync(string id, Func<CancellationToken, Task> work, CancellationTokenSource cancel)
    {
        try
        {
            await work(cancel.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The emulator stops, or what was worked on is gone.
        }
        finally
        {
            _running.TryRemove(id, out _);
            cancel.Dispose();
        }
    }

    private sealed record Running(CancellationTokenSource Cancel, Task Task);
}
