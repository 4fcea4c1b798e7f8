using CohereShell.Datasets;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Embeds the chunks of an index with an embed job at Cohere. A run can end at any time: the next one, on any computer, finds
/// the dataset by its name and continues with its job. When the embeddings have arrived, the datasets are deleted.
/// </summary>
internal sealed class IndexJob(UpdateCohereIndexCommand command) : IJobWaiting
{
    /// <summary>The field of a row that identifies its text.</summary>
    public const string HashField = "chunk_hash";

    private readonly UpdateCohereIndexCommand _command = command;
    private readonly System.Diagnostics.Stopwatch _elapsed = System.Diagnostics.Stopwatch.StartNew();
    private object? _ended;
    private readonly List<string> _finished = [];
    private volatile bool _isWaiting;
    private bool _isStillRunning;

    /// <summary>The id of the job; null if there isn't one.</summary>
    public string? JobId { get; private set; }

    /// <summary>Whether the job failed, and an error was written.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>What continues at Cohere if the command stops now; null if nothing does. It can be called from any thread.</summary>
    public string? Remainder => JobId is { } id && _isWaiting ? DisplayText.Sanitize($"The embed job '{id}' continues at Cohere. To continue with it, update the index again.") : null;

    TimeSpan? IJobWaiting.PollingInterval => _command.IsBound(nameof(_command.PollingIntervalSec)) ? TimeSpan.FromSeconds(_command.PollingIntervalSec) : null;

    // At least a moment, so that a job that has ended in the meantime is seen.
    TimeSpan? IJobWaiting.WaitTimeout => _command.IsBound(nameof(_command.JobTimeoutSec))
        ? TimeSpan.FromSeconds(Math.Max(1, _command.JobTimeoutSec - _elapsed.Elapsed.TotalSeconds))
        : null;

    void IJobWaiting.WriteEnded(object job) => _ended = job;

    void IJobWaiting.WriteJobFailure(CohereException exception, object target) => _command.WriteFailure(exception, target);

    /// <summary>The dataset of an earlier update that didn't get to its end; null if there isn't one.</summary>
    /// <exception cref="CohereException">The datasets can't be listed.</exception>
    public Dataset? Unfinished() => _command
        .Pull(token => _command.Client.Datasets.ListAsync(new DatasetFilter { Type = DatasetTypes.EmbedInput }, _command.OptionsWithoutBody, token))
        .Where(dataset => string.Equals(dataset.Name, _command.JobNameOrDefault, StringComparison.Ordinal))
        .OrderByDescending(dataset => dataset.CreatedAt)
        .FirstOrDefault();

    /// <summary>Uploads texts as a dataset.</summary>
    /// <exception cref="CohereException">The upload failed.</exception>
    public Dataset Upload(DatasetRows rows)
    {
        FilePaths.Write(_command, rows.Path, rows.Complete);
        var upload = new DatasetUpload(_command, _command.Client, _command.OptionsWithoutBody, _command.Post);
        var request = new DatasetRequest { Name = _command.JobNameOrDefault, Type = DatasetTypes.EmbedInput, Path = rows.Path, KeepFields = [HashField] };
        return _command.Run(token => upload.CreateAsync(request, token));
    }

    /// <summary>Embeds a dataset and reads the embeddings.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="receive">Takes an embedding.</param>
    /// <returns>False if the job still runs, or after an error.</returns>
    /// <exception cref="CohereException">A call failed.</exception>
    public bool TryFinish(Dataset dataset, Action<Embedding> receive)
    {
        if (Wait(dataset, new DatasetValidation((id, token) => _command.Client.Datasets.GetAsync(id, _command.OptionsWithoutBody, token))) is not Dataset valid)
        {
            return Fail(dataset);
        }

        EmbedJob job = JobOf(valid) ?? _command.Run(token => _command.Client.EmbedJobs.CreateAsync(
            new EmbedJobRequest { DatasetId = valid.DatasetId, Model = _command.IndexModel, InputType = EmbedInputType.SearchDocument, EmbeddingTypes = [_command.EmbeddingType], Name = _command.JobNameOrDefault },
            _command.OptionsWithoutBody,
            token));
        JobId = job.JobId;
        if (job.Model.Length > 0 && !string.Equals(job.Model, _command.IndexModel, StringComparison.Ordinal))
        {
            _command.ThrowTerminatingError(ErrorRecords.InvalidCombination(
                $"The embed job '{DisplayText.OneLine(job.JobId, 60)}' of an earlier update uses the model {DisplayText.OneLine(job.Model, 60)}, and this update uses {_command.IndexModel}.",
                "Finish the earlier update with its -Model, or specify another -JobName.",
                job));
        }

        if (Wait(job, new EmbedJobKind((id, token) => _command.Client.EmbedJobs.GetAsync(id, _command.OptionsWithoutBody, token))) is not EmbedJob ended)
        {
            return Fail(dataset);
        }

        ended.EmbeddingTypes ??= [_command.EmbeddingType];
        ended.InputType ??= EmbedInputType.SearchDocument;
        try
        {
            foreach (Embedding embedding in _command.Pull(token => _command.Client.EmbedJobs.ReadResultsAsync(ended, _command.OptionsWithoutBody, token)))
            {
                receive(embedding);
            }
        }
        catch (CohereException exception) when (exception.Reason == ErrorReason.NotFound)
        {
            // Its result was deleted. Without the input dataset, the next update starts another job.
            _command.WriteFailure(exception, ended);
            return Fail(dataset);
        }

        _finished.AddRange([ended.OutputDatasetId!, dataset.DatasetId]);
        return true;
    }

    /// <summary>
    /// Deletes the datasets whose embeddings are in a file. The input dataset is the last, because the next update finds
    /// unfinished work by it.
    /// </summary>
    public void Clean()
    {
        foreach (string id in _finished)
        {
            Delete(id);
        }

        _finished.Clear();
    }

    private EmbedJob? JobOf(Dataset dataset) => _command
        .Run(token => _command.Client.EmbedJobs.ListAsync(_command.OptionsWithoutBody, token))
        .Where(job => string.Equals(job.InputDatasetId, dataset.DatasetId, StringComparison.Ordinal))
        .OrderByDescending(job => job.CreatedAt)
        .FirstOrDefault();

    private object? Wait<TJob>(TJob job, JobKind<TJob> kind)
        where TJob : class
    {
        _ended = null;
        _isWaiting = true;
        var waiter = new JobWaiter<TJob>(_command, this, kind) { ReportsRunning = false };
        waiter.Add(job);
        waiter.Complete();
        _isWaiting = false;
        _isStillRunning = waiter.IsTimeOver;
        return _ended;
    }

    // A job that has failed, was canceled or doesn't exist any more can't be continued: the next update starts again.
    private bool Fail(Dataset dataset)
    {
        if (!_isStillRunning)
        {
            HasFailed = true;
            Delete(dataset.DatasetId);
        }

        return false;
    }

    private void Delete(string id)
    {
        try
        {
            _command.Run(async token =>
            {
                await _command.Client.Datasets.DeleteAsync(id, _command.OptionsWithoutBody, token).ConfigureAwait(false);
                return true;
            });
        }
        catch (CohereException exception)
        {
            _command.WriteWarning($"The dataset '{id}' isn't needed any more, but can't be deleted: {exception.Message}");
        }
    }
}
