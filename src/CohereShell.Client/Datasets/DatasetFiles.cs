namespace CohereShell;

/// <summary>
/// The files of a dataset, to be downloaded. Their addresses are signed and on another host: whoever has one has the
/// file, so that none is shown anywhere, and nothing of the session goes there, neither key nor headers.
/// </summary>
internal sealed class DatasetFiles
{
    /// <summary>For messages, and for who else waits; no limit is kept for it and no line written.</summary>
    private static readonly Operation Download = new("DownloadDataset", string.Empty, "Datasets", "GET", "/", OperationAccess.Read) { IsKnown = false };

    private readonly CohereSession _session;
    private readonly RequestOptions _options;
    private readonly Func<CancellationToken, Task<Dataset>> _renew;
    private Dataset _dataset;

    /// <param name="session">Whose network is used.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="renew">Gets the dataset anew, with addresses that hold again.</param>
    /// <param name="options">What to set for the downloads.</param>
    /// <exception cref="CohereException">There is nothing to download, or not yet.</exception>
    public DatasetFiles(CohereSession session, Dataset dataset, Func<CancellationToken, Task<Dataset>> renew, RequestOptions? options)
    {
        _session = session;
        _dataset = dataset;
        _renew = renew;
        _options = options ?? RequestOptions.Default;
        bool isThere = dataset.Parts.Count > 0 && dataset.Parts.All(part => part.Url is not null);
        // Without rows there are no files either.
        bool isEmpty = dataset.Parts.Count == 0 && dataset.ValidationStatus is DatasetValidationStatus.Validated or DatasetValidationStatus.Skipped;
        if (!isThere && !isEmpty)
        {
            throw new CohereException(ErrorReason.DatasetNotReady, dataset.ValidationStatus switch
            {
                DatasetValidationStatus.Failed => $"The dataset '{dataset.DatasetId}' cannot be read: it was not validated. {dataset.ValidationError ?? "Cohere does not say why."}",
                DatasetValidationStatus.Queued or DatasetValidationStatus.Processing => $"The dataset '{dataset.DatasetId}' cannot be read yet: its validation is not done.",
                _ => $"The dataset '{dataset.DatasetId}' cannot be read: Cohere offers no files of it.",
            });
        }
    }

    /// <summary>What is downloaded.</summary>
    public Dataset Dataset => _dataset;

    /// <summary>How many files there are.</summary>
    public int Count => _dataset.Parts.Count;

    /// <summary>How many bytes have come, of all files.</summary>
    public long BytesRead { get; internal set; }

    /// <summary>Starts to download a file. A connection that breaks is opened again, and the stream goes on where it was.</summary>
    public Stream Open(int index) => new PartStream(this, index);

    /// <summary>What a file is called in messages.</summary>
    public string Describe(int index) => FormattableString.Invariant($"part {index + 1} of {Count} of the dataset '{_dataset.DatasetId}'");

    /// <summary>How long a file server may be silent.</summary>
    internal TimeSpan IdleTimeout => _options.Timeout ?? _session.Options.Timeout ?? CohereSession.DefaultStreamIdleTimeout;

    /// <summary>How often in a row a file may break off without a byte more.</summary>
    internal int MaxRetryCount => _options.MaxRetryCount ?? _session.Options.MaxRetryCount;

    internal CohereSession Session => _session;

    internal void Report(TimeSpan delay, string message) =>
        _options.Progress?.Report(new ApiNotice(ApiNoticeKind.Retry, Download, delay, message));

    internal Task RenewAsync(CancellationToken cancellationToken) => RenewCoreAsync(cancellationToken);

    /// <summary>Asks for a file, or for what is left of it.</summary>
    internal async Task<ApiReply> SendAsync(int index, long position, string? entityTag, CancellationToken cancellationToken)
    {
        Uri address = AddressOf(index);
        var call = new ApiCall(Download, () => DownloadMessage.Create(address, position, entityTag))
        {
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
        new(reason, $"Downloading {Describe(index)}: {what}", cause) { Operation = Download.Name };

    private async Task RenewCoreAsync(CancellationToken cancellationToken)
    {
        Dataset dataset = await _renew(cancellationToken).ConfigureAwait(false);
        _dataset = dataset.Parts.Select(part => part.PartId).SequenceEqual(_dataset.Parts.Select(part => part.PartId), StringComparer.Ordinal)
            ? dataset
            : throw new CohereException(ErrorReason.DownloadFailed, $"The dataset '{_dataset.DatasetId}' has other files now than when the download began.");
    }

    private Uri AddressOf(int index)
    {
        if (!Uri.TryCreate(_dataset.Parts[index].Url, UriKind.Absolute, out Uri? address))
        {
            throw Failed(ErrorReason.DownloadFailed, index, "Cohere gives no address for it that can be used.");
        }

        // Not repeated in the message: it is a secret.
        bool isSafe = address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (address.IsLoopback || _session.Options.AllowInsecure));
        return isSafe ? address : throw Failed(ErrorReason.InsecureAddress, index, "its address would bring the rows unencrypted.");
    }
}
