namespace CohereShell.Emulation;

/// <summary>Jobs that work on datasets between requests: embed jobs, batches and the training of models.</summary>
internal sealed class DatasetJobs<T>
    where T : StoredItem
{
    private readonly EmulatorStore _store;
    private readonly Action<DatasetJobs<T>, string> _start;

    /// <param name="store">The store of the jobs.</param>
    /// <param name="datasets">The datasets.</param>
    /// <param name="kind">The name of the folder for the jobs.</param>
    /// <param name="noun">The term for a job in messages.</param>
    /// <param name="start">Starts the job with an id. Also continues jobs that a previous emulator didn't finish.</param>
    /// <exception cref="System.IO.IOException">The content of the folder can't be read.</exception>
    internal DatasetJobs(EmulatorStore store, DatasetStore datasets, string kind, string noun, Action<DatasetJobs<T>, string> start)
    {
        _store = store;
        _start = start;
        Datasets = datasets;
        Items = store.Open<T>(kind, noun, id => start(this, id));
    }

    internal DatasetStore Datasets { get; }

    internal StoredSet<T> Items { get; }

    /// <summary>The minimum duration of a job.</summary>
    internal TimeSpan Duration => _store.JobDuration;

    /// <summary>Starts the clock of a job.</summary>
    internal JobClock StartClock() => new(Duration, _store.Clock);

    /// <summary>Adds a job and starts it. The job is created from its sequence number.</summary>
    internal T Add(Func<long, T> make)
    {
        T job = Items.Add(make);
        _start(this, job.Id);
        return job;
    }

    internal void Cancel(string id) => _store.Cancel(id);

    /// <summary>Runs work in the background.</summary>
    internal void Run(string id, Func<CancellationToken, Task> work) => _store.Run(id, work);

    /// <summary>Runs a job until it ends or is canceled. If the emulator stops first, the job keeps its state.</summary>
    /// <param name="id">The id of the job.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancel">Marks the job as canceled.</param>
    internal void Run(string id, Func<CancellationToken, Task> work, Func<T, T> cancel) => Run(id, async cancellationToken =>
    {
        try
        {
            await work(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _store.ThrowIfStopping();
            await _store.CancelPauseAsync().ConfigureAwait(false);
            Items.Update(id, cancel);
        }
    });

    /// <summary>Works on a dataset immediately. An error is returned as a reason and isn't thrown.</summary>
    /// <param name="datasetId">The id of the dataset.</param>
    /// <param name="failure">The reason why the job fails without doing any work. Null if it doesn't.</param>
    /// <param name="work">The work.</param>
    internal (TDone? Done, string? Failure) Try<TDone>(string datasetId, string? failure, Func<StoredDataset, TDone> work)
        where TDone : struct
    {
        try
        {
            StoredDataset input = Datasets.Items.Get(datasetId);
            return failure is null ? (work(input), null) : (null, failure);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return (null, error.Message);
        }
    }
}
