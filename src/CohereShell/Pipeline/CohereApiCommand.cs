using System.Collections;
using System.Text.Json;
using CohereShell.Completion;
using CohereShell.Hosting;
using CohereShell.Input;

namespace CohereShell.Pipeline;

/// <summary>The base of commands that call the API: the session, and the settings of a single call.</summary>
public abstract class CohereApiCommand : CohereCommand, IProgress<ApiNotice>
{
    /// <summary>Shorter waits don't get a progress bar.</summary>
    private static readonly TimeSpan ShortestProgress = TimeSpan.FromSeconds(1);

    private CohereSession? _session;
    private CohereClient? _client;
    private RequestOptions? _options;
    private int _progressId;

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
        Progress = this,
    };

    /// <summary>The value of -TimeoutSec for a call; null for the session's value.</summary>
    internal virtual TimeSpan? CallTimeout => IsBound(nameof(TimeoutSec)) ? TimeSpan.FromSeconds(TimeoutSec) : null;

    /// <inheritdoc/>
    void IProgress<ApiNotice>.Report(ApiNotice value) => Post(() => Write(value));

    internal bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <summary>The fields that a command with a body merges into it.</summary>
    private protected virtual IReadOnlyDictionary<string, JsonElement>? AdditionalProperties() => null;

    private CohereSession FindSession()
    {
        CohereSession session = Sessions.RequireFor(this, Session);
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
                EndProgress();
                break;
            default:
                WriteVerbose(notice.Message);
                if (notice.Delay >= ShortestProgress || notice.Delay == TimeSpan.Zero)
                {
                    ShowProgress(notice);
                }

                break;
        }
    }

    private void ShowProgress(ApiNotice notice)
    {
        _progressId = GetHashCode() & 0x7fffffff;
        WriteProgress(new ProgressRecord(_progressId, "Waiting for Cohere", notice.Message)
        {
            SecondsRemaining = notice.Delay > TimeSpan.Zero ? (int)Math.Ceiling(notice.Delay.TotalSeconds) : -1,
        });
    }

    private void EndProgress()
    {
        if (_progressId != 0)
        {
            WriteProgress(new ProgressRecord(_progressId, "Waiting for Cohere", "Done") { RecordType = ProgressRecordType.Completed });
            _progressId = 0;
        }
    }
}
