using System.Globalization;
using System.Runtime.CompilerServices;

namespace CohereShell;

/// <summary>The datasets of the account. See <see href="https://docs.cohere.com/docs/datasets"/>.</summary>
public sealed class DatasetsClient
{
    private const int PageSize = 100;

    /// <summary>The slowest connection that the upload timeout allows for: at this speed, 1.5 GB take three hours.</summary>
    private const double SlowestBytesPerSecond = 128 * 1024;

    private static readonly Dictionary<string, string> MediaTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        [".jsonl"] = "application/jsonl",
        [".csv"] = "text/csv",
        [".txt"] = "text/plain",
        [".avro"] = "application/avro",
    };

    private readonly CohereSession _session;
    private readonly ApiPipeline _pipeline;

    internal DatasetsClient(CohereSession session, ApiPipeline pipeline)
    {
        _session = session;
        _pipeline = pipeline;
    }

    /// <summary>Lists the datasets and requests all pages.</summary>
    /// <param name="filter">Which datasets to list.</param>
    /// <param name="options">Settings for these calls, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public async IAsyncEnumerable<Dataset> ListAsync(
        DatasetFilter? filter = null,
        RequestOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Offsets move when datasets are created or deleted during the listing. Each dataset is returned once.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int offset = 0;
        bool isNew;
        do
        {
            WireDatasetList page = await _pipeline.SendAsync(
                new ApiRequest(Operations.ListDatasets, options) { Query = QueryOf(filter, offset) },
                reply => JsonSerializer.Deserialize(reply.Body.Span, DatasetsJsonContext.Default.WireDatasetList),
                usageOf: null,
                cancellationToken).ConfigureAwait(false);
            isNew = false;
            foreach (WireDataset? dataset in page.Datasets ?? [])
            {
                offset++;
                // A dataset without an id can't be recognized, so it doesn't count as a new one.
                bool isKnown = dataset?.Id is { Length: > 0 } id && !(isNew |= seen.Add(id));
                if (dataset is not null && !isKnown)
                {
                    yield return dataset.ToDataset();
                }
            }
        }
        // The server decides the page size, so a short page needn't be the last. A page without new datasets is.
        while (isNew);
    }

    /// <summary>Gets one dataset.</summary>
    /// <param name="datasetId">The id of the dataset.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">The id is empty or consists only of dots.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public async Task<Dataset> GetAsync(string datasetId, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        WireDatasetAnswer answer = await _pipeline.SendAsync(
            new ApiRequest(Operations.GetDataset, options) { Path = PathOf(Operations.GetDataset, datasetId) },
            reply => JsonSerializer.Deserialize(reply.Body.Span, DatasetsJsonContext.Default.WireDatasetAnswer) is { Dataset.Id: not null } wire ? wire : null,
            usageOf: null,
            cancellationToken).ConfigureAwait(false);
        return answer.Dataset!.ToDataset();
    }

    /// <summary>Opens a dataset to read its rows.</summary>
    /// <param name="datasetId">The id of the dataset.</param>
    /// <param name="options">Settings for the calls. The timeout is also the longest pause of a file server.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed, or the dataset doesn't have rows to download yet.</exception>
    public async Task<DatasetRowReader> OpenRowsAsync(string datasetId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        new(await OpenFilesAsync(datasetId, options, cancellationToken).ConfigureAwait(false));

    /// <summary>Returns the rows of a dataset as they arrive, in the form that the caller creates.</summary>
    internal async IAsyncEnumerable<T> RowsAsync<T>(string datasetId, Func<DatasetRowReader, T> read, RequestOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using DatasetRowReader rows = await OpenRowsAsync(datasetId, options, cancellationToken).ConfigureAwait(false);
        await foreach (T row in rows.ReadAllAsync(read, cancellationToken).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    /// <summary>Opens a dataset to download its files.</summary>
    /// <inheritdoc cref="OpenRowsAsync"/>
    internal async Task<DatasetFiles> OpenFilesAsync(string datasetId, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        // Addresses expire, so those of a dataset that was read earlier may no longer be valid.
        Dataset dataset = await GetAsync(datasetId, options, cancellationToken).ConfigureAwait(false);
        return new DatasetFiles(_session, dataset, token => GetAsync(datasetId, options, token), options);
    }

    /// <summary>
    /// Uploads files as a dataset. They are sent in chunks, and never again once the service may have received them.
    /// </summary>
    /// <param name="request">The files and the settings of the dataset.</param>
    /// <param name="options">
    /// Settings for this call. Without a timeout, it uses the session's, plus a second for each 128 KB.
    /// </param>
    /// <param name="progress">Receives the progress of the upload, often.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The id of the dataset.</returns>
    /// <exception cref="CohereException">The call failed, or a file can't be read.</exception>
    public async Task<string> CreateAsync(DatasetRequest request, RequestOptions? options = null, IProgress<UploadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        string[] files = request.EvalPath is null ? [request.Path] : [request.Path, request.EvalPath];
        long total = LengthOf(files);
        long[] sent = new long[files.Length];
        var form = new MultipartForm();
        for (int index = 0; index < files.Length; index++)
        {
            int file = index;
            form = form.WithFile(index == 0 ? "data" : "eval_data", files[index], MediaTypeOf(files[index]), progress is null ? null : position =>
            {
                sent[file] = position;
                progress.Report(new UploadProgress(sent.Sum(), total));
            });
        }

        try
        {
            WireCreatedDataset answer = await _pipeline.SendAsync(
                new ApiRequest(Operations.CreateDataset, WithTimeFor(total, options)) { Query = QueryOf(request), Form = form },
                reply => JsonSerializer.Deserialize(reply.Body.Span, DatasetsJsonContext.Default.WireCreatedDataset) is { Id.Length: > 0 } wire ? wire : null,
                usageOf: null,
                cancellationToken).ConfigureAwait(false);
            return answer.Id!;
        }
        catch (CohereException exception) when (exception.Reason == ErrorReason.ConnectionLost && LengthOf(files) != total)
        {
            // This looks like a lost connection because the length was announced before the first byte.
            throw new CohereException(ErrorReason.FileNotReadable, $"'{string.Join("' or '", files)}' was changed during the upload, so the upload was stopped. Try again when the file no longer changes.", exception) { Operation = exception.Operation };
        }
    }

    /// <summary>Deletes a dataset.</summary>
    /// <param name="datasetId">The id of the dataset.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">The id is empty or consists only of dots.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task DeleteAsync(string datasetId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.DeleteDataset, options) { Path = PathOf(Operations.DeleteDataset, datasetId) },
            reply => EmptyAnswer.Check(reply, datasetId),
            usageOf: null,
            cancellationToken);

    /// <summary>Gets the storage that the datasets of the organization use.</summary>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public async Task<DatasetUsage> GetUsageAsync(RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        WireDatasetUsage answer = await _pipeline.SendAsync(
            new ApiRequest(Operations.GetDatasetUsage, options),
            reply => JsonSerializer.Deserialize(reply.Body.Span, DatasetsJsonContext.Default.WireDatasetUsage) is { OrganizationUsage: not null } wire ? wire : null,
            usageOf: null,
            cancellationToken).ConfigureAwait(false);
        return new DatasetUsage { OrganizationBytes = answer.OrganizationUsage!.Value };
    }

    private static string MediaTypeOf(string path) =>
        MediaTypes.TryGetValue(Path.GetExtension(path), out string? mediaType) ? mediaType : "application/octet-stream";

    // 'usage' is another operation, and an id of dots would lead to another path.
    private static string PathOf(Operation operation, string datasetId) =>
        string.IsNullOrEmpty(datasetId) || datasetId == "usage" || datasetId.Trim('.').Length == 0
            ? throw new ArgumentException($"'{datasetId}' isn't a valid id of a dataset.", nameof(datasetId))
            : operation.Path.Replace("{id}", Uri.EscapeDataString(datasetId));

    private static long LengthOf(IEnumerable<string> files) => files.Sum(file => File.Exists(file) ? LinkedFile.Length(file) : 0);

    private RequestOptions WithTimeFor(long bytes, RequestOptions? options) => (options ?? RequestOptions.Default) with
    {
        Timeout = options?.Timeout ?? (_session.Options.Timeout ?? CohereSession.DefaultTimeout) + TimeSpan.FromSeconds(bytes / SlowestBytesPerSecond),
    };

    private static List<KeyValuePair<string, string>> QueryOf(DatasetFilter? filter, int offset)
    {
        var query = new List<KeyValuePair<string, string>>();
        Add(query, "datasetType", filter?.Type);
        Add(query, "before", TextOf(filter?.Before));
        Add(query, "after", TextOf(filter?.After));
        Add(query, "validationStatus", filter?.ValidationStatus?.ToString().ToLowerInvariant());
        Add(query, "limit", PageSize.ToString(CultureInfo.InvariantCulture));
        Add(query, "offset", offset == 0 ? null : offset.ToString(CultureInfo.InvariantCulture));
        return query;
    }

    private static List<KeyValuePair<string, string>> QueryOf(DatasetRequest request)
    {
        var query = new List<KeyValuePair<string, string>>();
        Add(query, "name", request.Name);
        Add(query, "type", request.Type);
        Add(query, "keep_original_file", TextOf(request.KeepOriginalFile));
        Add(query, "skip_malformed_input", TextOf(request.SkipMalformedInput));
        query.AddRange(request.KeepFields.Select(field => new KeyValuePair<string, string>("keep_fields", field)));
        query.AddRange(request.OptionalFields.Select(field => new KeyValuePair<string, string>("optional_fields", field)));
        Add(query, "text_separator", request.TextSeparator);
        Add(query, "csv_delimiter", request.CsvDelimiter);
        return query;
    }

    private static void Add(List<KeyValuePair<string, string>> query, string name, string? value)
    {
        if (value is not null)
        {
            query.Add(new(name, value));
        }
    }

    private static string? TextOf(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string? TextOf(bool? value) => value is null ? null : value.Value ? "true" : "false";
}
