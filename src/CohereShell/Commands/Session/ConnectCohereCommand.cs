using System.Collections;
using System.Security;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Connect-Cohere: makes a session and the default of this runspace. Nothing is sent, unless -Verify asks for it.</summary>
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

    /// <summary>The key, as a SecureString. A string is taken too, and stays in the history and in transcripts.</summary>
    [Parameter(ParameterSetName = ApiKeySet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [SecureStringTransformation]
    [AllowNull]
    public SecureString? ApiKey { get; set; }

    /// <summary>A credential with the key as its password.</summary>
    [Parameter(ParameterSetName = CredentialSet, Mandatory = true)]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>The name of a secret in a vault of SecretManagement.</summary>
    [Parameter(ParameterSetName = SecretSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? SecretName { get; set; }

    /// <summary>The vault; without it, SecretManagement's default.</summary>
    [Parameter(ParameterSetName = SecretSet)]
    [ValidateNotNullOrEmpty]
    public string? VaultName { get; set; }

    /// <summary>Gives the key now, and a new one after the server has refused it (401 or 498).</summary>
    [Parameter(ParameterSetName = ProviderSet, Mandatory = true)]
    [ValidateNotNull]
    public ScriptBlock? ApiKeyProvider { get; set; }

    /// <summary>A hashtable with ApiKey, and BaseUri, KeyType or ClientName if needed: what Get-AutomationConnection gives.</summary>
    [Parameter(ParameterSetName = ConnectionSet, Mandatory = true)]
    [ValidateNotNull]
    public IDictionary? Connection { get; set; }

    /// <summary>Connects to the emulator in this process: no key, no network.</summary>
    [Parameter(ParameterSetName = EmulatorSet, Mandatory = true)]
    public SwitchParameter Emulator { get; set; }

    /// <summary>How long an embed job, a batch or the training of a model takes in the emulator, in milliseconds.</summary>
    [Parameter(ParameterSetName = EmulatorSet)]
    [ValidateRange(0, 86400000)]
    public int JobDurationMs { get; set; } = CohereEmulatorOptions.DefaultJobDurationMs;

    /// <summary>A folder for the emulator's datasets, jobs, batches and models; without it they go with the session.</summary>
    [Parameter(ParameterSetName = EmulatorSet)]
    [ValidateNotNullOrEmpty]
    public string? StatePath { get; set; }

    /// <summary>The address of the API; without it CO_API_URL, or Cohere's own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public Uri? BaseUri { get; set; }

    /// <summary>The type of the key, whose limits per minute are kept.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    public CohereKeyType? KeyType { get; set; }

    /// <summary>The time for a call with all its retries, in seconds.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; }

    /// <summary>How often a failed request is sent again.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int MaxRetryCount { get; set; } = CohereSession.DefaultMaxRetryCount;

    /// <summary>The proxy to go through.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? Proxy { get; set; }

    /// <summary>Who to be at the proxy.</summary>
    [Parameter]
    [Credential]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>The name of your project, which Cohere sees with each request.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ClientName { get; set; }

    /// <summary>Headers to send with every request.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Header { get; set; }

    /// <summary>The model for chat where none is named.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ChatModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string ChatModel { get; set; } = DefaultModels.Chat;

    /// <summary>The model for embeddings where none is named.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EmbedModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string EmbedModel { get; set; } = DefaultModels.Embed;

    /// <summary>The model for rerank where none is named.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RerankModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string RerankModel { get; set; } = DefaultModels.Rerank;

    /// <summary>Read allows only what costs nothing and changes nothing.</summary>
    [Parameter]
    public OperationAccess Access { get; set; } = OperationAccess.Write;

    /// <summary>Names or groups of operations, wildcards allowed; nothing else may be called then.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(OperationNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] AllowOperation { get; set; } = [];

    /// <summary>Names or groups of operations, wildcards allowed, that may not be called.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(OperationNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] DenyOperation { get; set; } = [];

    /// <summary>A file that gets one JSON line per call: who, what, when, status, units; no content.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AuditPath { get; set; }

    /// <summary>Allows plain http to other machines.</summary>
    [Parameter]
    public SwitchParameter AllowInsecure { get; set; }

    /// <summary>Asks Cohere whether the key is valid before the session becomes the default.</summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    /// <summary>Puts the session out, for -Session and $using:.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (RunspaceScope.IsInTool)
        {
            ThrowTerminatingError(ErrorRecords.InsideTool("Connect-Cohere"));
        }

        CohereSession session = Open(ConnectOptions.From(this));
        if (Verify && !Run(token => new CohereClient(session).Account.CheckApiKeyAsync(cancellationToken: token), session).Valid)
        {
            ErrorRecord refused = ErrorRecords.KeyRefused(session);
            session.Dispose();
            ThrowTerminatingError(refused);
        }

        RunspaceScope.Current.Connected = session;
        WriteVerbose($"Connected to {session.BaseUri}, key from {session.ApiKeySource}.");
        if (PassThru)
        {
            WriteObject(session);
        }
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
            ThrowTerminatingError(ErrorRecords.InvalidValue(exception.PlainMessage(), "Correct the parameter that the message names.", null, exception));
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
