using System.Diagnostics;

namespace CohereShell;

/// <summary>The facts about a call when it ends, for usage and audit. It is written once.</summary>
internal sealed class CallRecord(CohereSession session, ApiRequest request)
{
    private readonly CohereSession _session = session;
    private readonly ApiRequest _request = request;
    private readonly DateTimeOffset _begun = DateTimeOffset.Now;
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private bool _isWritten;
    private AuditLog.Line? _line;
    private Budget.Reservation? _reservation;
    private string? _reason;

    public Operation Operation => _request.Operation;

    public bool IsStream => _request.IsStream;

    // Without the query, which can hold content.
    private string Path => _session.Key.Redact(_request.Path.Split('?')[0]);

    public int Attempts { get; set; }

    public int? StatusCode { get; set; }

    public string? RequestId { get; set; }

    /// <summary>Records that the call begins. A call that can't be recorded isn't sent.</summary>
    /// <exception cref="CohereException">The audit file can't be written.</exception>
    public void Reserve() => _line = _session.Audit?.Begin(Entry(AuditReasons.Begun, null));

    /// <summary>Reserves the most that the call can cost, if the session has a budget.</summary>
    /// <exception cref="CohereException">The call could pass the budget.</exception>
    public ValueTask ReserveBudgetAsync(CancellationToken cancellationToken) =>
        _session.Budget is { } budget ? new(ReserveAsync(budget, cancellationToken)) : default;

    /// <summary>Records that the call is refused and isn't sent.</summary>
    /// <param name="reason">What refused it: a value of <see cref="AuditReasons"/>.</param>
    public void Deny(string reason)
    {
        _reason = reason;
        Write(AuditReasons.Denied, null, failed: true, isCall: false);
    }

    public void Complete(Usage? usage) => Write("Success", usage, failed: false);

    public void Abandon(Usage? usage) => Write("Cancelled", usage, failed: false);

    public void Fail(Exception exception) => Write(
        exception is CohereException known ? known.Reason.ToString() : exception is OperationCanceledException ? "Cancelled" : "Failed",
        (exception as CohereException)?.PartialUsage,
        failed: true,
        isCall: exception is not CohereException { Reason: ErrorReason.BudgetExceeded or ErrorReason.PriceUnknown });

    /// <summary>Adds the details of the call to an exception.</summary>
    public void Describe(CohereException exception)
    {
        exception.Operation ??= Operation.Name;
        exception.StatusCode ??= StatusCode;
        exception.RequestId ??= RequestId;
        exception.Attempts = Math.Max(exception.Attempts, Attempts);
        if (exception.Reason == ErrorReason.NotFound && _request.Model is { } model)
        {
            exception.Advice ??= HarmlessText.From(_session.Key.Redact(_session.SeenModels.AdviceFor(model)));
        }
    }

    public void Notify(ApiNoticeKind kind, string message) => Notify(kind, () => message);

    // The message is created only if there is a listener, because this runs in every call.
    private void Notify(ApiNoticeKind kind, Func<string> message) =>
        _request.Options.Progress?.Report(new ApiNotice(kind, Operation, TimeSpan.Zero, message()) { Call = _request });

    private void Write(string outcome, Usage? usage, bool failed, bool isCall = true)
    {
        if (_isWritten)
        {
            return;
        }

        _isWritten = true;
        Settle(usage);
        if (isCall)
        {
            _session.Usage.Add(Operation, _session.Key.Redact(_request.Model), Attempts, usage, failed);
            Notify(ApiNoticeKind.Completed, () => FormattableString.Invariant(
                $"{Operation.Method} {Path} {outcome}{(StatusCode is null ? string.Empty : $", status {StatusCode}")}, {_elapsed.ElapsedMilliseconds} ms, {Attempts} {(Attempts == 1 ? "attempt" : "attempts")}, request id {RequestId ?? "-"}{(usage?.ToString() is { Length: > 0 } cost ? $", usage {cost}" : string.Empty)}"));
        }

        if (_line is { } line)
        {
            Complete(line, Entry(outcome, usage));
            return;
        }

        _session.Audit?.Append(Entry(outcome, usage));
    }

    private async Task ReserveAsync(Budget budget, CancellationToken cancellationToken) =>
        _reservation = await budget.ReserveAsync(_request, cancellationToken).ConfigureAwait(false);

    private void Settle(Usage? usage)
    {
        if (_reservation is not { } reservation)
        {
            return;
        }

        if (Attempts == 0)
        {
            reservation.GiveBack();
        }
        else if (StatusCode >= 400 && usage is null)
        {
            reservation.Fail();
        }
        else
        {
            reservation.Spend(_request.Model, usage);
        }
    }

    // The call was made and is recorded as begun. An answer that was paid for isn't lost because the disk is full now.
    private void Complete(AuditLog.Line line, AuditLog.Entry entry)
    {
        try
        {
            line.Complete(entry);
        }
        catch (CohereException exception)
        {
            Notify(ApiNoticeKind.Warning, $"The outcome of {Operation.Method} {Operation.Path} isn't in the audit file, which has the call as begun. {exception.Message}");
        }
    }

    private AuditLog.Entry Entry(string outcome, Usage? usage) => new(_begun, _session.Id, Operation, Path)
    {
        ClientName = _session.ClientName,
        Target = PathId.In(Operation, _request.Path),
        Model = _request.Model,
        Inputs = _request.InputCount,
        Outcome = outcome,
        Reason = _reason,
        StatusCode = StatusCode,
        Attempts = Attempts,
        Elapsed = _elapsed.Elapsed,
        RequestId = RequestId,
        Usage = usage,
    };
}
