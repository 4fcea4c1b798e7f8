namespace CohereShell.Emulation;

/// <summary>Work on datasets that continues between requests: embed jobs, batches, or the training of models.</summary>
internal sealed class DatasetJobs<T>
    where T : StoredItem
{
    private readonly EmulatorStore _store;
    private readonly Action<DatasetJobs<T>, string> _start;

    /// <param name="store">Where the jobs are kept.</param>
    /// <param name="datasets">What they work on.</param>
    /// <param name="kind">The name of the folder that they are kept in.</param>
    /// <param name="noun">What one is called in messages.</param>
    /// <param name="start">Starts the work on the one with an id, and takes up what an emulator before has not finished.</param>
    /// <exception cref="System.IO.IOException">What the folder holds can't be read.</exception>
    internal DatasetJobs(EmulatorStore store, DatasetStore datasets, string kind, string noun, Action<DatasetJobs<T>, string> start)
    {
        _store = store;
        _start = start;
        Datasets = datasets;
        Items = store.Open<T>(kind, noun, id => start(this, id));
    }

    internal DatasetStore Datasets { get; }

    internal StoredSet<T> Items { get; }

    /// <summary>How long a job takes, at least.</summary>
    internal TimeSpan Duration => _store.JobDuration;

    /// <summary>Adds a job and starts it; it is made from its place in the order.</summary>
    internal T Add(Func<long, T> make)
    {
        T job = Items.Add(make);
        _start(this, job.Id);
        return job;
    }

    internal void Cancel(string id) => _store.Cancel(id);

    /// <summary>Runs the work beside the requests.</summary>
    internal void Run(string id, Func<CancellationToken, Task> work) => _store.Run(id, work);

    /// <summary>Runs a job to its end, or until it is canceled; one that the end of the emulator stops stays as it is.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="work">Its work.</param>
    /// <param name="cancel">Marks it as canceled.</param>
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

    /// <summary>Does the work on a dataset at once. What fails is a reason, and no exception.</summary>
    /// <param name="datasetId">The dataset.</param>
    /// <param name="failure">The reason for which it fails without any work; null where there is none.</param>
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
