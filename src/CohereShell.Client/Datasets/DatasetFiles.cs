namespace CohereShell;

/// <summary>
/// Downloads the files of a dataset. Their addresses are signed and on another host. Anyone who has an address can
/// download the file, so addresses are never shown, and requests to them carry neither the key nor headers of the session.
/// </summary>
internal sealed class DatasetFiles
{
    /// <summary>For messages and progress. Downloads have no rate limit and no line in the audit file.</summary>
    private static readonly Operation Download = new("DownloadDataset", string.Empty, "Datasets", "GET", "/", OperationAccess.Read) { IsKnown = false };

    private readonly CohereSession _session;
    private readonly RequestOptions _options;
    private readonly Func<CancellationToken, Task<Dataset>> _renew;
    private Dataset _dataset;

    /// <param name="session">The session whose network settings are used.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="renew">Gets the dataset again, with new addresses.</param>
    /// <param name="options">Settings for the downloads, such as the timeout.</param>
    /// <exception cref="CohereException">There is nothing to download, or not yet.</exception>
    public DatasetFiles(CohereSession session, Dataset dataset, Func<CancellationToken, Task<Dataset>> renew, RequestOptions? options)
    {
        _session = session;
        _dataset = dataset;
        _renew = renew;
        _options = options ?? RequestOptions.Default;
        bool isThere = dataset.Parts.Count > 0 && dataset.Parts.All(part => part.Url is not null);
        // A dataset without rows doesn't have files.
        bool isEmpty = dataset.Parts.Count == 0 && dataset.ValidationStatus is DatasetValidationStatus.Validated or DatasetValidationStatus.Skipped;
        if (!isThere && !isEmpty)
        {
            throw new CohereException(ErrorReason.DatasetNotReady, dataset.ValidationStatus switch
            {
                DatasetValidationStatus.Failed => $"The dataset '{dataset.DatasetId}' can't be read because its validation failed. {dataset.ValidationError ?? "Cohere didn't return a reason."}",
                DatasetValidationStatus.Queued or DatasetValidationStatus.Processing => $"The dataset '{dataset.DatasetId}' can't be read yet: its validation isn't complete.",
                _ => $"The dataset '{dataset.DatasetId}' can't be read: Cohere doesn't offer files for it.",
            });
        }
    }

    /// <summary>The dataset that is downloaded.</summary>
    public Dataset Dataset => _dataset;

    /// <summary>The number of files.</summary>
    public int Count => _dataset.Parts.Count;

    /// <summary>The number of bytes received, of all files.</summary>
    public long BytesRead { get; internal set; }

    /// <summary>Starts to download a file. If the connection breaks, it is opened again and the stream continues.</summary>
    public Stream Open(int index) => new PartStream(this, index);

    /// <summary>The name of a file in messages.</summary>
    public string Describe(int index) => FormattableString.Invariant($"part {index + 1} of {Count} of the dataset '{_dataset.DatasetId}'");

    /// <summary>The longest pause of a file server.</summary>
    internal TimeSpan IdleTimeout => _options.Timeout ?? _session.Options.Timeout ?? CohereSession.DefaultStreamIdleTimeout;

    /// <summary>The number of consecutive interruptions without a new byte that are allowed.</summary>
    internal int MaxRetryCount => _options.MaxRetryCount ?? _session.Options.MaxRetryCount;

    internal CohereSession Session => _session;

    internal void Report(TimeSpan delay, string message) =>
        _options.Progress?.Report(new ApiNotice(ApiNoticeKind.Retry, Download, delay, message) { Call = this });

    internal Task RenewAsync(CancellationToken cancellationToken) => RenewCoreAsync(cancellationToken);

    /// <summary>Requests a file, or the rest of it.</summary>
    internal async Task<ApiReply> SendAsync(int index, long position, string? entityTag, CancellationToken cancellationToken)
    {
        Uri address = AddressOf(index);
        var call = new ApiCall(Download, () => DownloadMessage.Create(address, position, entityTag))
        {
            Source = this,
            IsStream = true,
            TotalRequestTimeout = _options.Timeout ?? _session.Options.Timeout ?? CohereSession.DefaultTimeout,
            AttemptTimeout = IdleTimeout,
            MaxRetryAttempts = MaxRetryCount,
            Progress = _options.Progress,
        };
        try
        {
            return await _session.Transport.SendAsync(call, _session.Downloads, cancellationToken).ConfigureAwait(false);
        }
        catch (TransportException exception)
        {
            throw Failed(exception.Reason, index, exception.Message, exception.InnerException);
        }
    }

    internal CohereException Failed(ErrorReason reason, int index, string what, Exception? cause = null) =>
        new(reason, $"The download of {Describe(index)} failed: {what}", cause) { Operation = Download.Name };

    private async Task RenewCoreAsync(CancellationToken cancellationToken)
    {
        Dataset dataset = await _renew(cancellationToken).ConfigureAwait(false);
        _dataset = dataset.Parts.Select(part => part.PartId).SequenceEqual(_dataset.Parts.Select(part => part.PartId), StringComparer.Ordinal)
            ? dataset
            : throw new CohereException(ErrorReason.DownloadFailed, $"The dataset '{_dataset.DatasetId}' was changed during the download: it has other files now. Start the download again.");
    }

    private Uri AddressOf(int index)
    {
        if (!Uri.TryCreate(_dataset.Parts[index].Url, UriKind.Absolute, out Uri? address))
        {
            throw Failed(ErrorReason.DownloadFailed, index, "Cohere didn't return a valid address for it.");
        }

        // The message doesn't repeat the address because it is a secret.
        bool isSafe = address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (address.IsLoopback || _session.Options.AllowInsecure));
        return isSafe ? address : throw Failed(ErrorReason.InsecureAddress, index, "its address doesn't use https, so the rows would be sent unencrypted.");
    }
}
