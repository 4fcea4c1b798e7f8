using CohereShell.Errors;

namespace CohereShell.Pipeline;

/// <summary>
/// The base of commands that wait. The work runs off the pipeline thread, and its output returns through a queue.
/// Ctrl+C and Select-Object -First end the HTTP request: Ctrl+C calls StopProcessing, and Select-Object only Dispose.
/// </summary>
public abstract class CohereCommand : PSCmdlet, IDisposable
{
    private static readonly AsyncLocal<CohereCommand?> Running = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly PipelineQueue _queue;
    private readonly HashSet<int> _progressBars = [];
    private RepeatedErrors? _errors;
    private bool _isDisposed;

    /// <summary>Prepares the command.</summary>
    protected CohereCommand() => _queue = new PipelineQueue(WhileWaiting);

    /// <summary>Canceled when the command must end.</summary>
    protected internal CancellationToken Ending => _stopping.Token;

    /// <summary>The progress of the inputs; null if the command doesn't count them.</summary>
    internal ItemProgress? Items { get; private protected set; }

    /// <summary>Whether each error is an item that failed. Otherwise, the command counts them itself.</summary>
    private protected virtual bool CountsErrors => true;

    /// <summary>Whether a progress bar is on the screen.</summary>
    private protected bool ShowsProgress => _progressBars.Count > 0;

    /// <summary>Runs a function on the pipeline thread of the command whose work calls this method.</summary>
    internal static Task<T> OnPipelineThreadAsync<T>(Func<T> function, CancellationToken cancellationToken) =>
        Running.Value is { } command
            ? command._queue.InvokeAsync(function, cancellationToken)
            : throw new InvalidOperationException("This method can only be called while a CohereShell command is running.");

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes a warning. It can quote a server, so control characters are made visible and keys removed.</summary>
    /// <param name="text">The warning.</param>
    public new void WriteWarning(string text) => base.WriteWarning(DisplayText.Sanitize(KnownSecrets.Redact(text)));

    /// <inheritdoc cref="WriteWarning"/>
    public new void WriteVerbose(string text) => base.WriteVerbose(DisplayText.Sanitize(KnownSecrets.Redact(text)));

    /// <inheritdoc cref="WriteWarning"/>
    public new void WriteDebug(string text) => base.WriteDebug(DisplayText.Sanitize(KnownSecrets.Redact(text)));

    /// <summary>Writes progress. It can quote a server, so control characters are made visible.</summary>
    /// <param name="progressRecord">The progress.</param>
    public new void WriteProgress(ProgressRecord progressRecord)
    {
        progressRecord.Activity = DisplayText.OneLine(progressRecord.Activity, 500);
        progressRecord.StatusDescription = DisplayText.OneLine(progressRecord.StatusDescription, 500) is { Length: > 0 } status ? status : " ";
        progressRecord.CurrentOperation = progressRecord.CurrentOperation is { } operation ? DisplayText.OneLine(operation, 500) : null;
        if (progressRecord.RecordType == ProgressRecordType.Completed)
        {
            _progressBars.Remove(progressRecord.ActivityId);
        }
        else
        {
            _progressBars.Add(progressRecord.ActivityId);
        }

        base.WriteProgress(progressRecord);
    }

    /// <summary>
    /// Writes an error. If the same error occurs often, the screen shows the first ones, and a warning at the end counts the
    /// others. Each error is in the error stream, in $Error and in -ErrorVariable.
    /// </summary>
    /// <param name="errorRecord">The error.</param>
    public new void WriteError(ErrorRecord errorRecord)
    {
        if (CountsErrors)
        {
            Items?.AddFailure();
        }

        _errors ??= new RepeatedErrors();
        if (_errors.IsShown(errorRecord))
        {
            base.WriteError(errorRecord);
        }
        else
        {
            RepeatedErrors.WriteHidden(errorRecord, base.WriteError);
        }
    }

    /// <summary>Writes a warning about an input. If there are many, the first ones are shown, and the last warning counts the others.</summary>
    /// <param name="text">The warning.</param>
    internal void WriteInputWarning(string text)
    {
        _errors ??= new RepeatedErrors();
        if (_errors.IsShown(text))
        {
            WriteWarning(text);
        }
    }

    /// <summary>Asks for a confirmation. The target can come from a server, so it's shown on one line.</summary>
    /// <param name="target">What the action affects.</param>
    /// <param name="action">The action.</param>
    public new bool ShouldProcess(string target, string action) => base.ShouldProcess(DisplayText.OneLine(KnownSecrets.Redact(target), 4000), action);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Items?.Complete(this);
        foreach (string summary in _errors?.WarningSummaries ?? [])
        {
            WriteWarning(summary);
        }

        foreach (string summary in _errors?.Summaries ?? [])
        {
            // Whoever doesn't want to see the errors doesn't want their number either.
            if (!HidesErrors)
            {
                WriteWarning(summary);
            }
        }
    }

    private bool HidesErrors
    {
        get
        {
            object? preference = MyInvocation.BoundParameters.TryGetValue("ErrorAction", out object? given) ? given : SessionState.PSVariable.GetValue("ErrorActionPreference");
            return LanguagePrimitives.TryConvertTo(preference, out ActionPreference action) && action is ActionPreference.SilentlyContinue or ActionPreference.Ignore;
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => Cancel();

    /// <summary>Called a few times per second while the command waits.</summary>
    private protected virtual void WhileWaiting() => Items?.Tick(this);

    /// <summary>Cancels the work in flight.</summary>
    /// <param name="disposing">Whether to release managed resources.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            Cancel();
            _isDisposed = true;
            _stopping.Dispose();
            _queue.Dispose();
        }
    }

    /// <summary>Starts work that is associated with this command.</summary>
    internal Task<T> Start<T>(Func<CancellationToken, Task<T>> work)
    {
        CohereCommand? before = Running.Value;
        Running.Value = this;
        try
        {
            return work(Ending);
        }
        finally
        {
            Running.Value = before;
        }
    }

    /// <summary>Waits for work, and writes its output in the meantime.</summary>
    internal T Await<T>(Task<T> task)
    {
        _queue.RunUntilEnded(task);
        try
        {
            return task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (Ending.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Runs work and waits for it.</summary>
    internal T Run<T>(Func<CancellationToken, Task<T>> work) => Await(Start(work));

    /// <summary>Runs work without a result and waits for it.</summary>
    private protected void Run(Func<CancellationToken, Task> work) => Run(async token =>
    {
        await work(token).ConfigureAwait(false);
        return true;
    });

    /// <summary>
    /// The items of a sequence as they arrive. They are pulled: a slow consumer slows the sender down, and a consumer
    /// that stops ends the request.
    /// </summary>
    internal IEnumerable<T> Pull<T>(Func<CancellationToken, IAsyncEnumerable<T>> sequence)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        IAsyncEnumerator<T> items = sequence(ending.Token).GetAsyncEnumerator(ending.Token);
        try
        {
            // The first step opens the connection. Only there can work need this command.
            bool hasItem = Run(_ => items.MoveNextAsync().AsTask());
            while (hasItem)
            {
                yield return items.Current;
                ValueTask<bool> next = items.MoveNextAsync();
                hasItem = next.IsCompletedSuccessfully ? next.Result : Await(next.AsTask());
            }
        }
        finally
        {
            // The order matters: after the cancellation, the enumerator ends a read in flight.
            ending.Cancel();
            _queue.RunUntilEnded(items.DisposeAsync().AsTask());
        }
    }

    /// <summary>Writes output. It can be called from any thread.</summary>
    internal void Post(Action write) => _queue.Post(write);

    /// <summary>Writes the output that other threads have posted so far.</summary>
    internal void WritePosted() => _queue.RunAll();

    /// <summary>
    /// Writes a failed call as an error of its record. If every record would fail in the same way, the command ends.
    /// </summary>
    /// <param name="exception">The failure.</param>
    /// <param name="target">The target object of the error.</param>
    /// <param name="file">The file that the call was about; null if there isn't one.</param>
    internal void WriteFailure(CohereException exception, object? target, string? file = null)
    {
        if (exception is PlannedCallException)
        {
            // With -WhatIf, the plan shows the call.
            return;
        }

        ErrorRecord record = exception.ToErrorRecord(target, file);
        if (ErrorRecords.EndsCommand(exception))
        {
            ThrowTerminatingError(record);
        }

        WriteError(record);
    }

    private void Cancel()
    {
        try
        {
            if (!_isDisposed)
            {
                _stopping.Cancel();
            }
        }
        catch (ObjectDisposedException)
        {
            // Two threads stopped and disposed the command at the same time.
        }
    }
}
