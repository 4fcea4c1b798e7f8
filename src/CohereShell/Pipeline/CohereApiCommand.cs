using System.Collections;
using System.Diagnostics;
using System.Text.Json;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;

namespace CohereShell.Pipeline;

/// <summary>The base of commands that call the API: the session, and the settings of a single call.</summary>
public abstract class CohereApiCommand : CohereCommand, IProgress<ApiNotice>
{
    /// <summary>A wait that is longer gets a progress bar.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(2);

    private CohereSession? _session;
    private CohereClient? _client;
    private RequestOptions? _options;
    private CallPlan? _plan;
    private bool? _isConfirmed;
    private readonly Stopwatch _waiting = new();
    private CallWaits? _waits;
    private int _waitId;

    /// <summary>
    /// The session to use. By default, the one connected in this runspace, or one created from the environment.
    /// </summary>
    [Parameter]
    [SessionTransformation]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public CohereSession? Session { get; set; }

    /// <summary>
    /// Maximum time for each call in seconds, including retries. It's also the maximum time between two events of a
    /// stream.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int TimeoutSec { get; set; }

    /// <summary>Maximum number of retries for a failed request, from 0 to 100.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int MaxRetryCount { get; set; }

    /// <summary>Headers to send with each request.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public IDictionary? Header { get; set; }

    internal CohereSession CurrentSession => _session ??= FindSession();

    internal CohereClient Client => _client ??= new CohereClient(CurrentSession);

    internal RequestOptions Options => _options ??= new RequestOptions
    {
        Timeout = CallTimeout,
        MaxRetryCount = IsBound(nameof(MaxRetryCount)) ? MaxRetryCount : null,
        Headers = Header is null ? null : Headers.From(this, Header),
        AdditionalProperties = AdditionalProperties(),
        Plan = Plan,
        Progress = this,
    };

    /// <summary>The value of -TimeoutSec for a call; null for the session's value.</summary>
    internal virtual TimeSpan? CallTimeout => IsBound(nameof(TimeoutSec)) ? TimeSpan.FromSeconds(TimeoutSec) : null;

    /// <summary>Whether -WhatIf shows the calls and their cost. The command's own code runs as always, up to the calls.</summary>
    private protected virtual bool PlansCalls => false;

    /// <summary>Whether -Confirm asks once, before the first call. Other commands ask for what they do.</summary>
    private protected virtual bool ConfirmsCalls => false;

    /// <summary>The plan of the calls, which aren't sent; null sends them.</summary>
    private protected CallPlan? Plan => PlansCalls && IsWhatIf ? _plan ??= new CallPlan(CurrentSession) : null;

    /// <summary>Whether the calls may be made. If -Confirm is specified, the user is asked the first time.</summary>
    private protected bool IsConfirmed => _isConfirmed ??= !ConfirmsCalls || ConfirmCalls();

    /// <summary>Whether the user was asked and refused.</summary>
    private protected bool IsDeclined => _isConfirmed == false;

    /// <summary>Whether -WhatIf is specified, or set for the whole script.</summary>
    internal bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given)
        ? LanguagePrimitives.IsTrue(given)
        : LanguagePrimitives.IsTrue(SessionState.PSVariable.GetValue("WhatIfPreference"));

    /// <summary>Whether -Confirm is specified. A preference for other commands doesn't count.</summary>
    internal bool IsConfirmRequested => MyInvocation.BoundParameters.TryGetValue("Confirm", out object? given) && LanguagePrimitives.IsTrue(given);

    /// <inheritdoc/>
    void IProgress<ApiNotice>.Report(ApiNotice value) => Post(() => Write(value));

    internal bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <summary>
    /// Ends the command with an error if the session refuses a call, before the user is asked or something is uploaded for it.
    /// With -WhatIf, the refusal isn't recorded in the audit file.
    /// </summary>
    /// <param name="call">The call, which isn't sent.</param>
    /// <param name="target">The target object of the error.</param>
    internal void EnsureAllowed<T>(Func<RequestOptions, CancellationToken, Task<T>> call, object? target)
    {
        var plan = new CallPlan(CurrentSession) { IsWhatIf = IsWhatIf };
        AddTo(plan, call);
        if (plan.Refusal is { } refusal)
        {
            WriteFailure(refusal, target);
        }
    }

    /// <summary>Adds a call to a plan, and doesn't send it.</summary>
    private protected void AddTo<T>(CallPlan plan, Func<RequestOptions, CancellationToken, Task<T>> call)
    {
        try
        {
            Run(token => call(Options with { Plan = plan }, token));
        }
        catch (PlannedCallException)
        {
            // The plan has the call, or the reason why the session refuses it.
        }
    }

    /// <summary>Whether the session allows a call. A refusal isn't recorded in the audit file.</summary>
    /// <param name="call">The call, which isn't sent.</param>
    internal bool IsAllowed<T>(Func<RequestOptions, CancellationToken, Task<T>> call)
    {
        var plan = new CallPlan(CurrentSession);
        AddTo(plan, call);
        return plan.Refusal is null;
    }

    /// <summary>Shows the calls of -WhatIf. If the session would refuse one of them, the command ends with that error.</summary>
    private protected void Show(CallPlan plan)
    {
        string shown = DisplayText.OneLine(plan.ToString(), 4000);
        ShouldProcess(shown, shown, string.Empty);
        if (plan.Refusal is { } refusal)
        {
            ThrowTerminatingError(refusal.ToErrorRecord(null));
        }
    }

    /// <summary>The fields that a command with a body merges into it.</summary>
    private protected virtual IReadOnlyDictionary<string, JsonElement>? AdditionalProperties() => null;

    // A preference for other commands isn't meant for calls.
    private bool ConfirmCalls() => Plan is not null
        || !IsConfirmRequested
        || ShouldProcess(CurrentSession.IsEmulator ? "the emulator in this process" : CurrentSession.BaseUri.ToString(), "Make calls that can cost money");

    private CohereSession FindSession()
    {
        CohereSession session = Sessions.RequireFor(this, Session);
        if (session.AddressWarning is { } warning && session.ShownWarnings.TryAdd(warning, true))
        {
            WriteWarning(warning);
        }

        WriteDebug($"Session {session.Id} to {(session.IsEmulator ? "the emulator in this process" : session.BaseUri.ToString())}, key from {session.ApiKeySource}.");
        return session;
    }

    private void Write(ApiNotice notice)
    {
        switch (notice.Kind)
        {
            case ApiNoticeKind.Warning:
                if (CurrentSession.ShownWarnings.TryAdd(notice.Message, true))
                {
                    WriteWarning(notice.Message);
                }

                break;
            case ApiNoticeKind.Completed:
                WriteVerbose(notice.Message);
                _waits?.Remove(notice);
                break;
            default:
                WriteVerbose(notice.Message);
                EndWait();
                _waits ??= new CallWaits(this);
                _waits.Add(notice);
                break;
        }
    }

    /// <summary>Whether a wait of several seconds gets a progress bar. Not if the command shows its progress otherwise.</summary>
    private protected virtual bool ShowsWaits => true;

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        EndWait();
        _waits?.Complete();
        base.EndProcessing();
    }

    private protected override void WhileWaiting()
    {
        base.WhileWaiting();
        _waiting.Start();
        if (_waits is { Any: true })
        {
            _waits.Tick();
        }
        else if (ShowsWaits && Items is null && _waiting.Elapsed >= LongestSilence && (_waitId != 0 || !ShowsProgress))
        {
            _waitId = 1 + (GetHashCode() & 0x3fffffff);
            WriteProgress(new ProgressRecord(_waitId, CallWaits.Activity, FormattableString.Invariant($"{_waiting.Elapsed.TotalSeconds:0} s")));
        }
    }

    private void EndWait()
    {
        if (_waitId != 0)
        {
            WriteProgress(new ProgressRecord(_waitId, CallWaits.Activity, "Done") { RecordType = ProgressRecordType.Completed });
            _waitId = 0;
        }
    }
}
