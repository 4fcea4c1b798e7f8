using System.Globalization;
using CohereShell.Datasets;
using CohereShell.Display;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Starts the batches of Start-CohereBatch. Requests are first uploaded as a dataset, which Cohere validates.</summary>
internal sealed class BatchStarter(StartCohereBatchCommand command) : IJobWaiting
{
    private readonly StartCohereBatchCommand _command = command;
    private Dataset? _validated;

    TimeSpan? IJobWaiting.PollingInterval => _command.IsBound(nameof(_command.PollingIntervalSec)) ? TimeSpan.FromSeconds(_command.PollingIntervalSec) : null;

    TimeSpan? IJobWaiting.WaitTimeout => _command.CallTimeout;

    /// <inheritdoc/>
    void IJobWaiting.WriteEnded(object job) => _validated = (Dataset)job;

    /// <inheritdoc/>
    void IJobWaiting.WriteJobFailure(CohereException exception, object target) => _command.WriteFailure(exception, target);

    /// <summary>Starts a batch with requests.</summary>
    /// <param name="requests">The requests.</param>
    /// <param name="name">The name of the batch and of its dataset.</param>
    /// <param name="file">The file that contains the requests; null for pipeline input.</param>
    public void StartRequests(BatchRequests requests, string name, string? file)
    {
        EnsureAllowed("dataset", name, file ?? name);
        FilePaths.Write(_command, requests.Rows.Path, requests.Rows.Complete);
        string what = string.Format(CultureInfo.InvariantCulture, "{0:N0} {1} ({2:N0} bytes), model {3}", requests.Rows.Count, requests.Rows.Count == 1 ? "request" : "requests", requests.Rows.Length, _command.Model);
        if (!_command.ShouldProcess(DisplayText.OneLine($"{name}: {what}; {DatasetCost.Of(_command, requests.Rows.Length, _command.Model)}", 400), "Upload a dataset and start a batch"))
        {
            return;
        }

        Dataset dataset;
        try
        {
            var upload = new DatasetUpload(_command, _command.Client, _command.OptionsWithoutBody, _command.Post);
            var request = new DatasetRequest { Name = name, Type = requests.Type, Path = requests.Rows.Path };
            dataset = _command.Run(token => upload.CreateAsync(request, token));
        }
        catch (CohereException exception)
        {
            _command.WriteFailure(exception, file ?? name, file);
            return;
        }

        // If the command ends early, the user can continue with this id.
        _command.WriteVerbose(DisplayText.Sanitize($"The requests were uploaded as the dataset '{dataset.DatasetId}'."));
        if (Validate(dataset, name) is { } validated)
        {
            Start(validated.DatasetId, name, validated);
        }
    }

    /// <summary>Starts a batch with an existing dataset.</summary>
    /// <param name="id">The id of the dataset.</param>
    /// <param name="target">The target object of errors.</param>
    public void StartDataset(string id, object? target)
    {
        EnsureAllowed(id, _command.Name ?? $"batch-{id}", target);
        if (_command.ShouldProcess(DisplayText.OneLine($"dataset {id}, model {_command.Model}; {DatasetCost.Of(_command, id, _command.Model)}", 400), "Start a batch"))
        {
            Start(id, _command.Name ?? $"batch-{id}", target);
        }
    }

    /// <summary>
    /// Waits until the service has validated a dataset. Returns null after an error: the dataset isn't valid, or the
    /// validation took too long. The requests stay uploaded.
    /// </summary>
    private Dataset? Validate(Dataset dataset, string name)
    {
        _validated = null;
        string next = $"Start-CohereBatch -Model {PowerShellText.Quote(_command.Model)} -Name {PowerShellText.Quote(name)}";
        var waiter = new JobWaiter<Dataset>(_command, this, new DatasetValidation((id, token) => _command.Client.Datasets.GetAsync(id, _command.OptionsWithoutBody, token), next));
        waiter.Add(dataset);
        waiter.Complete();
        return _validated;
    }

    // Before the upload: without the batch, the dataset would be left over.
    private void EnsureAllowed(string datasetId, string name, object? target)
    {
        var request = new BatchRequest { DatasetId = datasetId, Model = _command.Model, Name = name };
        _command.EnsureAllowed((options, token) => _command.Client.Batches.CreateAsync(request, options, token), target);
    }

    private void Start(string datasetId, string name, object? target)
    {
        try
        {
            var request = new BatchRequest { DatasetId = datasetId, Model = _command.Model, Name = name };
            _command.WriteObject(_command.Run(token => _command.Client.Batches.CreateAsync(request, _command.Options, token)));
        }
        catch (CohereException exception)
        {
            _command.WriteFailure(exception, target);
        }
    }
}
