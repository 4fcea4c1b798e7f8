namespace CohereShell.Datasets;

/// <summary>Uploads a file as a dataset, with a progress bar, for all commands that create datasets.</summary>
/// <param name="command">The command that shows the progress.</param>
/// <param name="client">The client that sends the file.</param>
/// <param name="options">The options that the user specified for calls.</param>
/// <param name="post">Runs an action on the pipeline thread of the command.</param>
internal sealed class DatasetUpload(Cmdlet command, CohereClient client, RequestOptions options, Action<Action> post)
{
    private readonly Cmdlet _command = command;
    private readonly CohereClient _client = client;
    private readonly RequestOptions _options = options;
    private readonly Action<Action> _post = post;

    /// <summary>Uploads the file, without retries, and gets the new dataset.</summary>
    /// <exception cref="CohereException">The upload failed.</exception>
    public async Task<Dataset> CreateAsync(DatasetRequest request, CancellationToken cancellationToken)
    {
        string id;
        var bar = new TransferBar($"Uploading {DisplayText.OneLine(request.Name, 60)}", record => _post(() => _command.WriteProgress(record)));
        try
        {
            id = await _client.Datasets.CreateAsync(request, _options, bar, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            bar.Complete();
        }

        try
        {
            return await _client.Datasets.GetAsync(id, _options, cancellationToken).ConfigureAwait(false);
        }
        catch (CohereException exception)
        {
            // The dataset exists. Its id must not be lost because its state can't be read now.
            _post(() => _command.WriteVerbose(DisplayText.Sanitize($"The dataset '{id}' was created, but its state can't be read: {exception.Message}")));
            return new Dataset { DatasetId = id, Name = request.Name, Type = request.Type };
        }
    }
}
