using System.Collections;
using System.Management.Automation.Runspaces;
using System.Security;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Connect-Cohere: creates a session and makes it the default of this runspace. It sends a request only with -Verify.
/// </summary>
[Cmdlet(VerbsCommunications.Connect, "Cohere", HelpUri = OnlineHelp.Api, DefaultParameterSetName = ApiKeySet)]
[OutputType(typeof(CohereSession))]
public sealed class ConnectCohereCommand : CohereCommand, IConnectionCommand
{
    internal const string ApiKeySet = "ApiKey";
    internal const string CredentialSet = "Credential";
    internal const string SecretSet = "Secret";
    internal const string ProviderSet = "ApiKeyProvider";
    internal const string ConnectionSet = "Connection";
    internal const string EmulatorSet = "Emulator";

    private bool _isConnected;
    private bool _asksForEnvironment;

    /// <summary>The key, as a SecureString. A string is also accepted, but it stays in the history and in transcripts.</summary>
    [Parameter(ParameterSetName = ApiKeySet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [SecureStringTransformation]
    [AllowNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public SecureString? ApiKey { get; set; }

    /// <summary>A credential whose password is the key.</summary>
    [Parameter(ParameterSetName = CredentialSet, Mandatory = true)]
    [Credential]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public PSCredential? Credential { get; set; }

    /// <summary>Name of the secret that holds the key, in a SecretManagement vault.</summary>
    [Parameter(ParameterSetName = SecretSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? SecretName { get; set; }

    /// <summary>Name of the vault. By default, SecretManagement looks for the secret as Get-Secret does.</summary>
    [Parameter(ParameterSetName = SecretSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? VaultName { get; set; }

    /// <summary>A script block that returns the key. It runs now, and again if the server refuses the key (401 or 498).</summary>
    [Parameter(ParameterSetName = ProviderSet, Mandatory = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public ScriptBlock? ApiKeyProvider { get; set; }

    /// <summary>
    /// A hashtable with ApiKey and, if needed, BaseUri, KeyType and ClientName, as Get-AutomationConnection returns
    /// it.
    /// </summary>
    [Parameter(ParameterSetName = ConnectionSet, Mandatory = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public IDictionary? Connection { get; set; }

    /// <summary>Connects to an emulator in this process. It needs no key and no network.</summary>
    [Parameter(ParameterSetName = EmulatorSet, Mandatory = true)]
    public SwitchParameter Emulator { get; set; }

    /// <summary>Time that an embed job, a batch or the training of a model takes in the emulator, in milliseconds.</summary>
    [Parameter(ParameterSetName = EmulatorSet)]
    [ValidateRange(0, 86400000)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int JobDurationMs { get; set; } = CohereEmulatorOptions.DefaultJobDurationMs;

    /// <summary>
    /// Folder for the emulator's datasets, jobs, batches and models. By default, they are deleted when the session is
    /// closed.
    /// </summary>
    [Parameter(ParameterSetName = EmulatorSet)]
    [ValidateNotNullOrEmpty]
    public string? StatePath { get; set; }

    /// <summary>Address of the API. By default, CO_API_URL, then https://api.cohere.com.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public Uri? BaseUri { get; set; }

    /// <summary>Type of the key. The session keeps to its limits per minute.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    public CohereKeyType? KeyType { get; set; }

    /// <summary>Maximum time for each call in seconds, including retries. The default is 300.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int TimeoutSec { get; set; }

    /// <summary>Maximum number of retries for a failed request, from 0 to 100. The default is 5.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int MaxRetryCount { get; set; } = CohereSession.DefaultMaxRetryCount;

    /// <summary>Address of the proxy. By default, the system's proxy.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public Uri? Proxy { get; set; }

    /// <summary>Credentials for the proxy. Requires -Proxy.</summary>
    [Parameter]
    [Credential]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Name of your project. It's sent with each request.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? ClientName { get; set; }

    /// <summary>Headers to send with every request.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public IDictionary? Header { get; set; }

    /// <summary>The session's default model for chat.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ChatModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string ChatModel { get; set; } = DefaultModels.Chat;

    /// <summary>The session's default model for embeddings.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EmbedModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string EmbedModel { get; set; } = DefaultModels.Embed;

    /// <summary>The session's default model for rerank.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RerankModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string RerankModel { get; set; } = DefaultModels.Rerank;

    /// <summary>
    /// What the session can do. Read allows only operations that are free and change nothing. The default is Write.
    /// </summary>
    [Parameter]
    public OperationAccess Access { get; set; } = OperationAccess.Write;

    /// <summary>Names or groups of the only operations that the session can call. Wildcards are allowed.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(OperationNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] AllowOperation { get; set; } = [];

    /// <summary>Names or groups of operations that the session can't call. Wildcards are allowed.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(OperationNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] DenyOperation { get; set; } = [];

    /// <summary>
    /// Budget of the session in US dollars. A call that could pass it isn't sent, and neither is a call whose cost can't be
    /// known.
    /// </summary>
    [Parameter]
    [ValidateRange(0.000001, 1000000000.0)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public decimal BudgetLimit { get; set; }

    /// <summary>Maximum number of calls that may cost money. Further calls aren't sent.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public long CallLimit { get; set; }

    /// <summary>
    /// Your prices in US dollars, in a hashtable or in a .psd1 or .json file. They replace the list prices of the same
    /// models.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public object? Price { get; set; }

    /// <summary>
    /// Path of an access profile: a data file (.psd1) with the operations and the models that the session can use. Anything
    /// that it doesn't name is denied.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AccessProfile { get; set; }

    /// <summary>
    /// Path of an audit file. Each call appends one line of JSON: user, time, operation, status and units, but no
    /// content.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AuditPath { get; set; }

    /// <summary>Allows plain http to other machines.</summary>
    [Parameter]
    public SwitchParameter AllowInsecure { get; set; }

    /// <summary>Asks Cohere whether the key is valid before the session becomes the default.</summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    /// <summary>Returns the session, for -Session and $using:.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (RunspaceScope.IsInTool)
        {
            ThrowTerminatingError(ErrorRecords.InsideTool("Connect-Cohere"));
        }

        _asksForEnvironment = MyInvocation.BoundParameters.Keys.All(name => name is nameof(Verify) or nameof(PassThru) or "ProgressAction" || CommonParameters.Contains(name));
        CohereSession session = Open(ConnectOptions.From(this));
        if (Verify && !Run(token => new CohereClient(session).Account.CheckApiKeyAsync(cancellationToken: token), session).Valid)
        {
            ErrorRecord refused = ErrorRecords.KeyRefused(session, ConnectKey.PlaceOf(this, session));
            session.Dispose();
            ThrowTerminatingError(refused);
        }

        RunspaceScope.Current.Connected = session;
        RunspaceScope.Current.HasFailedToConnect = false;
        _isConnected = true;
        if (session.AddressWarning is { } warning && session.ShownWarnings.TryAdd(warning, true))
        {
            WriteWarning(warning);
        }

        WriteVerbose(session.IsEmulator ? "Connected to the emulator in this process." : $"Connected to {session.BaseUri}, key from {session.ApiKeySource}.");
        if (PassThru)
        {
            WriteObject(session);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Here, because PowerShell calls nothing else if a parameter isn't valid. Without parameters, the session would have
        // been the one that commands create from the environment.
        if (disposing && !_isConnected && !_asksForEnvironment && !RunspaceScope.IsInTool && Runspace.DefaultRunspace is not null)
        {
            RunspaceScope.Current.HasFailedToConnect = true;
        }

        base.Dispose(disposing);
    }

    private CohereSession Open(CohereSessionOptions options)
    {
        try
        {
            return Sessions.Open(options);
        }
        catch (CohereException exception)
        {
            ThrowTerminatingError(exception.ToErrorRecord(options.AuditPath ?? (object)options.BaseUri));
            throw;
        }
        catch (ArgumentException exception)
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue(
                exception.PlainMessage(),
                exception.Message.Contains("base address") ? "Correct the address in -BaseUri or CO_API_URL." : "Correct the value that the message names.",
                null,
                exception));
            throw;
        }
    }

    private T Run<T>(Func<CancellationToken, Task<T>> work, CohereSession session)
    {
        try
        {
            return Run(work);
        }
        catch (CohereException exception)
        {
            session.Dispose();
            ThrowTerminatingError(exception.ToErrorRecord(session));
            throw;
        }
    }
}
