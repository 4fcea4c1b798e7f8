using System.Collections.Concurrent;

namespace CohereShell.Emulation;

/// <summary>
/// The data of an emulator: files, sets of items, and background work on them. It doesn't depend on the types of items,
/// because each group opens its own set.
/// </summary>
internal sealed class EmulatorStore : IDisposable
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, Running> _running = new(StringComparer.Ordinal);
    private readonly List<Action> _resumes = [];
    private int _stopped;

    /// <param name="statePath">The folder that is kept after the emulator stops. Null if nothing is kept.</param>
    /// <param name="jobDuration">The minimum duration of a job.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="IOException">The folder can't be used, or another emulator is using it.</exception>
    internal EmulatorStore(string? statePath, TimeSpan jobDuration, EmulatorClock clock)
    {
        Files = new StoredFiles(statePath);
        JobDuration = jobDuration;
        Clock = clock;
    }

    internal TimeSpan JobDuration { get; }

    internal EmulatorClock Clock { get; }

    internal StoredFiles Files { get; }

    /// <summary>Ends all work, and deletes temporary files.</summary>
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

    /// <summary>Opens the set of all items of a type.</summary>
    /// <param name="kind">The name of the folder for the items.</param>
    /// <param name="noun">The term for an item in messages.</param>
    /// <param name="resume">Restarts the work on an item that a previous emulator didn't finish.</param>
    /// <exception cref="IOException">The content of the folder can't be read.</exception>
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

    /// <summary>Continues the work that a previous emulator didn't finish. Call it after all sets are open.</summary>
    internal void Resume() => _resumes.ForEach(resume => resume());

    /// <summary>Runs work in the background.</summary>
    /// <param name="id">The id to cancel the work by.</param>
    /// <param name="work">The work. It must report its own failures.</param>
    internal void Run(string id, Func<CancellationToken, Task> work)
    {
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        Task task = Task.Run(() => RunAsync(id, work, cancel));
        _running[id] = new Running(cancel, task);
        if (task.IsCompleted)
        {
            // The work may have ended before it was added to the list.
            _running.TryRemove(id, out _);
        }
    }

    /// <summary>Cancels the work with an id, if it's running.</summary>
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
                // The work has just ended.
            }
        }
    }

    /// <summary>Waits for the time between the request to cancel a job and its end.</summary>
    internal Task CancelPauseAsync() => Clock.DelayAsync(TimeSpan.FromTicks(JobDuration.Ticks / 4), _stopping.Token);

    /// <summary>
    /// Throws if the emulator is stopping. The next emulator then continues the work, so it must not be marked as
    /// ended.
    /// </summary>
    internal void ThrowIfStopping() => _stopping.Token.ThrowIfCancellationRequested();

    private async Task RunAsync(string id, Func<CancellationToken, Task> work, CancellationTokenSource cancel)
    {
        try
        {
            await work(cancel.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The emulator is stopping, or the item was deleted.
        }
        finally
        {
            _running.TryRemove(id, out _);
            cancel.Dispose();
        }
    }

    private sealed record Running(CancellationTokenSource Cancel, Task Task);
}
