using System.Collections.Concurrent;

namespace CohereShell.Emulation;

/// <summary>
/// What an emulator keeps for as long as it lives: files, sets of items, and the work on them that continues between
/// requests. It doesn't know what the items are: each group opens its own set.
/// </summary>
internal sealed class EmulatorStore : IDisposable
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, Running> _running = new(StringComparer.Ordinal);
    private readonly List<Action> _resumes = [];
    private int _stopped;

    /// <param name="statePath">The folder that outlives the emulator; null for none.</param>
    /// <param name="jobDuration">How long a job takes, at least.</param>
    /// <exception cref="IOException">The folder can't be used, or another emulator works in it.</exception>
    internal EmulatorStore(string? statePath, TimeSpan jobDuration)
    {
        Files = new StoredFiles(statePath);
        JobDuration = jobDuration;
    }

    internal TimeSpan JobDuration { get; }

    internal StoredFiles Files { get; }

    /// <summary>Ends all work, and deletes what was not to be kept.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
        {
            return;
        }

        _stopping.Cancel();
        Task.WaitAll(_running.Values.Select(running => running.Task).ToArray(), StopTime);
        Files.Dispose();
    }

    /// <summary>Opens the set of all items of a kind.</summary>
    /// <param name="kind">The name of the folder that they are kept in.</param>
    /// <param name="noun">What an item is called in messages.</param>
    /// <param name="resume">Starts the work again on an item that an emulator before has not finished.</param>
    /// <exception cref="IOException">What the folder holds can't be read.</exception>
    internal StoredSet<T> Open<T>(string kind, string noun, Action<string> resume)
        where T : StoredItem
    {
        var set = new StoredSet<T>(Files.FolderFor(kind), noun);
        _resumes.Add(() =>
        {
            foreach (T item in set.All().Where(item => !item.IsSettled))
            {
                resume(item.Id);
            }
        });
        return set;
    }

    /// <summary>Takes up what an emulator before has not finished. Called when every set is open.</summary>
    internal void Resume() => _resumes.ForEach(resume => resume());

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
