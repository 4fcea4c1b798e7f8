namespace CohereShell.Datasets;

/// <summary>Uploads a file as a dataset, with a bar of its bytes; for every command that makes a dataset.</summary>
/// <param name="command">The command that shows it.</param>
/// <param name="client">Who sends it.</param>
/// <param name="options">What the user has set for the calls.</param>
/// <param name="post">Has something done on the pipeline thread of the command.</param>
internal sealed class DatasetUpload(Cmdlet command, CohereClient client, RequestOptions options, Action<Action> post)
{
    private readonly Cmdlet _command = command;
    private readonly CohereClient _client = client;
    private readonly RequestOptions _options = options;
    private readonly Action<Action> _post = post;

    /// <summary>Uploads it, once, and looks at what has become of it.</summary>
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
            // It is there, and its id must not be lost because it cannot be looked at now.
            _post(() => _command.WriteVerbose(DisplayText.Sanitize($"The dataset '{id}' was created and could not be looked at: {exception.Message}")));
            return new Dataset { DatasetId = id, Name = request.Name, Type = request.Type };
        }
    }
}
