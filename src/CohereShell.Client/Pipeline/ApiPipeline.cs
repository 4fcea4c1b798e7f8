using System.Net.Http;

namespace CohereShell;

/// <summary>
/// Sends every call to Cohere: first the access policy, then the transport (rate limit, total timeout, retry, attempt
/// timeout, send), then usage and audit.
/// </summary>
internal sealed class ApiPipeline(CohereSession session)
{
    private static readonly TimeSpan LongestEnd = TimeSpan.FromMilliseconds(250);

    private readonly CohereSession _session = session;

    /// <summary>Remembers that a model of the account is deprecated, for a warning when it's used.</summary>
    public void RememberDeprecated(string model) => _session.DeprecatedModels[model] = true;

    /// <summary>The operation that a path of a user calls.</summary>
    public Operation OperationOf(string method, string path) => RawPath.OperationOf(method, path, _session.BaseUri);

    /// <summary>Sends a request and reads the whole response.</summary>
    /// <param name="request">The request.</param>
    /// <param name="parse">Creates the result from the body.</param>
    /// <param name="usageOf">Gets the cost that the result reports.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<T> SendAsync<T>(ApiRequest request, Func<ApiReply, T?> parse, Func<T, Usage?>? usageOf, CancellationToken cancellationToken)
        where T : class
    {
        CallRecord record = Begin(request);
        using var ending = _session.LinkToClosing(cancellationToken);
        try
        {
            await record.ReserveBudgetAsync(ending.Token).ConfigureAwait(false);
            using ApiReply reply = await ExchangeAsync(request, record, ending.Token).ConfigureAwait(false);
            (T result, Usage? usage) = Parse(reply, request, parse, usageOf);
            foreach (string warning in usage?.Warnings ?? [])
            {
                Warn(record, request, warning);
            }

            record.Complete(usage);
            return result;
        }
        catch (Exception exception)
        {
            throw Failed(exception, record, cancellationToken);
        }
    }

    /// <summary>
    /// Sends a request and returns the events of its response as they arrive. Events that arrive together are returned
    /// together.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="parser">Creates an event from its data.</param>
    /// <param name="usageOf">Gets the cost that an event reports; null for all but the last.</param>
    /// <param name="isLast">Whether an event is the last one. A stream that ends without it is an error.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async IAsyncEnumerable<IReadOnlyList<T>> StreamAsync<T>(
        ApiRequest request,
        EventParser<T> parser,
        Func<T, Usage?> usageOf,
        Func<T, bool> isLast,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        CallRecord record = Begin(request);
        using var ending = _session.LinkToClosing(cancellationToken);
        Usage? usage = null;
        ApiReply? reply = null;
        IAsyncEnumerator<IReadOnlyList<T>>? events = null;
        try
        {
            BeginningStream? beginning = null;
            while (true)
            {
                try
                {
                    if (events is null)
                    {
                        await record.ReserveBudgetAsync(ending.Token).ConfigureAwait(false);
                        reply = await ExchangeAsync(request, record, ending.Token).ConfigureAwait(false);
                        beginning = BodyOf(reply, request);
                        events = EventsOf(beginning, request, parser, ending.Token);
                    }

                    if (!await events.MoveNextAsync().ConfigureAwait(false))
                    {
                        throw ApiErrors.NoStream(beginning!.Text, request, _session.Key)
                            ?? new CohereException(ErrorReason.StreamIncomplete, "The stream ended before the answer was complete.");
                    }
                }
                catch (Exception exception)
                {
                    throw Failed(exception, record, cancellationToken);
                }

                // The newest event itself tells whether it is the last: the next one may be in flight already.
                T newest = events.Current[events.Current.Count - 1];
                usage = usageOf(newest) ?? usage;
                if (isLast(newest))
                {
                    // Before the events are returned, because a reader that has the last one may stop reading.
                    record.Complete(usage);
                    yield return events.Current;
                    await ReadToEndAsync(events, ending).ConfigureAwait(false);
                    yield break;
                }

                yield return events.Current;
            }
        }
        finally
        {
            // Also runs if the reader stops early: the request must end now, also at the server.
            ending.Cancel();
            reply?.Dispose();
            if (events is not null)
            {
                await events.DisposeAsync().ConfigureAwait(false);
            }

            record.Abandon(usage);
        }
    }

    /// <summary>Reads the end of the body after the last event, so that the connection can be used for the next call.</summary>
    private static async Task ReadToEndAsync<T>(IAsyncEnumerator<T> events, CancellationTokenSource ending)
    {
        ending.CancelAfter(LongestEnd);
        try
        {
            while (await events.MoveNextAsync().ConfigureAwait(false))
            {
            }
        }
        catch (Exception)
        {
            // The response is complete, so an error in the rest doesn't matter.
        }
    }

    private BeginningStream BodyOf(ApiReply reply, ApiRequest request) => reply.Stream is { } body && reply.MediaType != "text/html"
        ? new BeginningStream(body)
        : throw ApiErrors.InvalidAnswer(reply, request, _session.Key, null);

    private IAsyncEnumerator<IReadOnlyList<T>> EventsOf<T>(Stream stream, ApiRequest request, EventParser<T> parser, CancellationToken cancellationToken)
        where T : class
    {
        TimeSpan idle = request.Options.Timeout ?? _session.Options.Timeout ?? CohereSession.DefaultStreamIdleTimeout;
        return _session.Transport.ReadEventsAsync(stream, parser, idle, cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    private CallRecord Begin(ApiRequest request)
    {
        _session.ThrowIfClosed();
        var record = new CallRecord(_session, request);
        if (_session.Policy.Refusal(request.Operation) is { } refusal)
        {
            throw Denied(record, request, AuditReasons.Operation, new CohereException(ErrorReason.NotAllowed, refusal) { Operation = request.Operation.Name });
        }

        if (RawPath.Ambiguity(request.Operation, request.Path, _session.BaseUri) is { } ambiguity)
        {
            throw Denied(record, request, AuditReasons.Path, new ArgumentException(ambiguity + " Nothing was sent."));
        }

        if (RequestOverrides.InQuery(request) is { } parameter)
        {
            throw Denied(record, request, AuditReasons.Query, new ArgumentException($"The query parameter '{HarmlessText.From(parameter)}' can't be specified: a server could use its value instead of the method. Nothing was sent."));
        }

        if (_session.Policy.ModelRefusal(request) is { } modelRefusal)
        {
            throw Denied(record, request, AuditReasons.Model, new CohereException(ErrorReason.NotAllowed, _session.Key.Redact(modelRefusal)!) { Operation = request.Operation.Name });
        }

        if (request.Options.Headers is { } headers)
        {
            HeaderRules.Check(headers);
            _session.Key.Hide(HeaderRules.SecretsIn(headers));
        }

        if (request.Options.Plan is { } plan)
        {
            plan.Add(request);
            if (plan.Refusal is { } reason && !plan.IsWhatIf)
            {
                record.Describe(reason);
                record.Fail(reason);
            }

            throw new PlannedCallException();
        }

        record.Reserve();
        if (request.Deprecation is { } deprecation)
        {
            record.Notify(ApiNoticeKind.Warning, deprecation);
        }

        // Only what the session knows already: a warning isn't worth a call.
        if (request.Model is { } model && _session.DeprecatedModels.ContainsKey(model))
        {
            record.Notify(ApiNoticeKind.Warning, $"The model {HarmlessText.From(model)} is deprecated. It still works, but Cohere will remove it. To find another model, run Get-CohereModel.");
        }

        return record;
    }

    // The audit has what was tried. With -WhatIf, nothing is tried, and the plan says what would be refused.
    private static Exception Denied(CallRecord record, ApiRequest request, string reason, Exception exception)
    {
        CallPlan? plan = request.Options.Plan;
        if (!request.Options.IsProbe && plan is not { IsWhatIf: true })
        {
            record.Deny(reason);
        }

        if (plan is null || exception is not CohereException refusal)
        {
            return exception;
        }

        plan.Refuse(refusal);
        return new PlannedCallException();
    }

    private async Task<ApiReply> ExchangeAsync(ApiRequest request, CallRecord record, CancellationToken cancellationToken)
    {
        Func<HttpContent?> createContent = request.CreateContentFactory();
        Uri address = request.AddressBelow(_session.BaseUri);
        bool renewed = false;
        while (true)
        {
            string? key = _session.Key.Reveal();
            record.StatusCode = null;
            if (_session.MonthlyLimits.Refuses(key, request))
            {
                throw ApiErrors.MonthlyLimitReached(request);
            }

            ApiCall call = CreateCall(request, () => HttpMessages.Create(_session, request, address, createContent(), key));
            ApiReply reply;
            try
            {
                reply = await _session.Transport.SendAsync(call, _session.Http, cancellationToken).ConfigureAwait(false);
            }
            catch (TransportException exception)
            {
                throw ApiErrors.FromTransport(exception, _session.Key);
            }
            finally
            {
                record.Attempts += call.Attempts;
            }

            _session.TrialKey.Learn(key, reply, request);
            record.StatusCode = reply.StatusCode;
            record.RequestId = _session.Key.Redact(reply.RequestId);
            if (reply.IsSuccess)
            {
                if (reply.Warning is { } warning)
                {
                    Warn(record, request, warning);
                }

                return reply;
            }

            using (reply)
            {
                if (RateLimitRefusal.Of(reply) is { IsMonthly: true } refusal)
                {
                    _session.MonthlyLimits.Add(key, request, refusal.IsForTrialKey);
                }

                if (renewed || reply.StatusCode is not (401 or 498) || !await _session.Key.RenewAsync(key, cancellationToken).ConfigureAwait(false))
                {
                    reply.Attempts = record.Attempts;
                    throw ApiErrors.FromReply(reply, request, _session.Key);
                }
            }

            renewed = true;
        }
    }

    private void Warn(CallRecord record, ApiRequest request, string warning) =>
        record.Notify(ApiNoticeKind.Warning, $"Cohere returned a warning for {request.Operation.Method} {request.Operation.Path}: {ApiErrors.Shorten(_session.Key.Redact(warning))}");

    private ApiCall CreateCall(ApiRequest request, Func<HttpRequestMessage> createMessage)
    {
        TimeSpan? wanted = request.Options.Timeout ?? _session.Options.Timeout;
        TimeSpan total = wanted ?? CohereSession.DefaultTimeout;
        bool isQuick = wanted is null && request.Operation.Access == OperationAccess.Read;
        return new ApiCall(request.Operation, createMessage)
        {
            Source = request,
            Path = request.Path.Split('?')[0],
            Model = request.Model,
            InputCount = request.InputCount,
            ImageCount = request.ImageCount,
            KeyType = _session.KeyType,
            IsStream = request.IsStream,
            TotalRequestTimeout = total,
            AttemptTimeout = isQuick ? CohereSession.DefaultReadAttemptTimeout : total,
            MaxRetryAttempts = request.Options.MaxRetryCount ?? _session.Options.MaxRetryCount,
            Progress = request.Options.Progress,
        };
    }

    /// <summary>Reads an answer. This is the only place where answers are read, so whatever is in them ends here in an error.</summary>
    private (T Result, Usage? Usage) Parse<T>(ApiReply reply, ApiRequest request, Func<ApiReply, T?> parse, Func<T, Usage?>? usageOf)
        where T : class
    {
        try
        {
            T result = parse(reply) ?? throw ApiErrors.InvalidAnswer(reply, request, _session.Key, null);
            return (result, usageOf?.Invoke(result));
        }
        catch (Exception exception) when (Fatal.IsAboutAnswer(exception))
        {
            throw ApiErrors.InvalidAnswer(reply, request, _session.Key, exception);
        }
    }

    private Exception Failed(Exception exception, CallRecord record, CancellationToken cancellationToken)
    {
        Exception failure = exception switch
        {
            TransportException broken => ApiErrors.FromTransport(broken, _session.Key),
            OperationCanceledException or ObjectDisposedException when !_session.IsOpen && !cancellationToken.IsCancellationRequested =>
                new CohereException(ErrorReason.SessionClosed, "The session was disconnected while the call was running."),
            JsonException when record.IsStream =>
                new CohereException(ErrorReason.StreamIncomplete, "The stream contains an event that isn't valid JSON.", _session.Key.Redact(exception)),
            CohereException told => told.WithCleanMessage(text => ApiErrors.Shorten(_session.Key.Redact(text))),
            // Whatever happens once the request was sent is about the answer. Before that, it is about the request.
            _ when record.Attempts > 0 && Fatal.IsAboutAnswer(exception) =>
                record.IsStream
                    ? new CohereException(ErrorReason.StreamIncomplete, "The stream contains an event that can't be read.", _session.Key.Redact(exception))
                    : new CohereException(ErrorReason.InvalidAnswer, _session.Key.Redact($"The response can't be read: {ApiErrors.Sentence(exception.Message)}"), _session.Key.Redact(exception)),
            _ => exception,
        };
        if (failure is CohereException known)
        {
            record.Describe(known);
        }

        record.Fail(failure);
        return failure;
    }
}
