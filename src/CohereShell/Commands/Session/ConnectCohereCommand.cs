using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Net;
using System.Security;
using System.Threading;
using System.Threading.Tasks;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Connect-Cohere: makes a session and the default of this runspace. Nothing is sent, unless -Verify asks for it.</summary>
[Cmdlet(VerbsCommunications.Connect, "Cohere", DefaultParameterSetName = ApiKeySet)]
[OutputType(typeof(CohereSession))]
public sealed class ConnectCohereCommand : CohereCommand, IConnectionCommand
{
    private const string ApiKeySet = "ApiKey";
    private const string CredentialSet = "Credential";
    private const string SecretSet = "Secret";
    private const string ProviderSet = "ApiKeyProvider";
    private const string ConnectionSet = "Connection";
    private const string EmulatorSet = "Emulator";

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

        CohereSession session = Open(CreateOptions());
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

    private CohereSessionOptions CreateOptions()
    {
        RefuseUnusedParameters();
        (string? key, string source) = FindKey();
        Uri address = Emulator ? EmulatorAddress : FindAddress();
        if (key is null && Sessions.NeedsKey(address) && !Emulator)
        {
            ThrowTerminatingError(MyInvocation.BoundParameters.ContainsKey(nameof(ApiKey))
                ? ErrorRecords.NoKeyIn("-ApiKey", "Look where its value comes from, or leave -ApiKey out to take the key of the environment.")
                : ErrorRecords.NotConnected());
        }

        return new CohereSessionOptions
        {
            ApiKey = key,
            ApiKeySource = source,
            ApiKeyProvider = ApiKeyProvider is null ? null : new KeyProvider(ApiKeyProvider).GetAsync,
            BaseUri = address,
            KeyType = FindKeyType(),
            Timeout = MyInvocation.BoundParameters.ContainsKey(nameof(TimeoutSec)) ? TimeSpan.FromSeconds(TimeoutSec) : null,
            MaxRetryCount = MaxRetryCount,
            Proxy = CreateProxy(),
            ClientName = ClientName ?? FromConnection(nameof(ClientName)),
            Headers = Header is null ? new Dictionary<string, string>() : Headers.From(this, Header),
            ChatModel = ChatModel,
            EmbedModel = EmbedModel,
            RerankModel = RerankModel,
            Access = Access,
            AllowOperation = AllowOperation,
            DenyOperation = DenyOperation,
            AuditPath = AuditPath is null ? null : GetUnresolvedProviderPathFromPSPath(AuditPath),
            AllowInsecure = AllowInsecure,
            Handler = Emulator ? CreateEmulator() : null,
        };
    }

    private CohereEmulatorHandler CreateEmulator()
    {
        try
        {
            return new CohereEmulatorHandler(new CohereEmulatorOptions
            {
                JobDurationMs = JobDurationMs,
                StatePath = StatePath is null ? null : GetUnresolvedProviderPathFromPSPath(StatePath),
            });
        }
        catch (IOException exception)
        {
            ThrowTerminatingError(ErrorRecords.StateNotAvailable(StatePath, exception));
            throw;
        }
    }

    private void RefuseUnusedParameters()
    {
        string? unused = new[] { nameof(BaseUri), nameof(Proxy), nameof(ProxyCredential) }.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey);
        if (Emulator && unused is not null)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                $"-Emulator answers in this process; -{unused} has no meaning there.",
                $"Leave one of the two out. Start-CohereEmulator gives an emulator with an address."));
        }

        if (ProxyCredential is not null && Proxy is null)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("-ProxyCredential needs -Proxy.", "Add -Proxy, or leave -ProxyCredential out."));
        }
    }

    // Loopback in the eyes of the rules for plain http; nothing is ever sent there.
    private static readonly Uri EmulatorAddress = new("http://localhost");

    private (string? Key, string Source) FindKey()
    {
        switch (ParameterSetName)
        {
            case CredentialSet:
                return (Required(Secrets.KeyIn(Credential), "the credential", "Give a credential whose password is the key."), "credential " + Credential!.UserName);
            case SecretSet:
                return (Required(Secrets.KeyIn(ReadVault()), $"the secret '{SecretName}'", "Store the key as a string, a SecureString or the password of a credential."), "secret " + SecretName);
            case ProviderSet:
                return (Required(AskProvider(), "what the script block gives", "Let the script block put out the key, as a string, a SecureString or a credential."), "script block");
            case ConnectionSet:
                string names = string.Join(", ", Connection!.Keys.Cast<object>());
                return (Required(FromConnection(nameof(ApiKey)), $"the connection, which has {names}", "Name the field ApiKey."), "connection");
            case EmulatorSet:
                // Any key will do; one that is no word can be taken out of messages without harm.
                return ("no-key-0123456789", "emulator");
            default:
                if (MyInvocation.BoundParameters.ContainsKey(nameof(ApiKey)))
                {
                    // Given and empty is no key at all: the one of the environment may be another account's.
                    string given = ApiKey is null ? string.Empty : Secrets.Reveal(ApiKey).Trim();
                    return given.Length > 0 ? (given, "parameter") : (null, "none");
                }

                (string? key, string? source) = Sessions.KeyFromEnvironment();
                return (key, source ?? "none");
        }
    }

    private string Required(string? key, string place, string action)
    {
        if (string.IsNullOrEmpty(key))
        {
            ThrowTerminatingError(ErrorRecords.NoKeyIn(place, action));
        }

        return key!;
    }

    private string? AskProvider()
    {
        try
        {
            return new KeyProvider(ApiKeyProvider!).Invoke();
        }
        catch (CohereException exception)
        {
            ThrowTerminatingError(exception.ToErrorRecord(ApiKeyProvider));
            throw;
        }
    }

    // Asked only when a name is given: a vault that is locked asks for its password, and a runbook would wait for ever.
    private object? ReadVault()
    {
        try
        {
            return InvokeCommand.InvokeScript(
                "param($name, $vault) $where = if ($vault) { @{ Vault = $vault } } else { @{} }; Microsoft.PowerShell.SecretManagement\\Get-Secret -Name $name @where -ErrorAction Stop",
                SecretName,
                VaultName).FirstOrDefault();
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            ThrowTerminatingError(ErrorRecords.SecretNotFound(SecretName!, exception));
            throw;
        }
    }

    private Uri FindAddress()
    {
        try
        {
            return BaseUri
                ?? (FromConnection(nameof(BaseUri)) is { Length: > 0 } connected ? Sessions.ParseAddress(connected, "The BaseUri of the connection")
                : Sessions.AddressFromEnvironment() is { } text ? Sessions.ParseAddress(text, "The environment variable " + Sessions.AddressVariable)
                : CohereSessionOptions.DefaultBaseUri);
        }
        catch (CohereException exception)
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue(exception.Message, "Give an http or https address, such as https://api.cohere.com", Connection));
            throw;
        }
    }

    private CohereKeyType? FindKeyType()
    {
        string? named = FromConnection(nameof(KeyType));
        if (KeyType is not null || string.IsNullOrEmpty(named))
        {
            return KeyType;
        }

        if (!Enum.TryParse(named, ignoreCase: true, out CohereKeyType keyType) || !Enum.IsDefined(typeof(CohereKeyType), keyType))
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue($"The KeyType of the connection is '{named}'.", "Write Trial or Production, or leave it out.", Connection));
        }

        return keyType;
    }

    private string? FromConnection(string name)
    {
        // Hashtables made by others may tell 'apikey' from 'ApiKey'.
        object? key = Connection?.Keys.Cast<object>().FirstOrDefault(candidate => string.Equals(candidate.ToString(), name, StringComparison.OrdinalIgnoreCase));
        return key is null ? null : Secrets.KeyIn(Connection![key]) ?? Connection[key]?.ToString();
    }

    private WebProxy? CreateProxy()
    {
        if (Proxy is null)
        {
            return null;
        }

        if (!Proxy.IsAbsoluteUri || !ProxySchemes.Contains(Proxy.Scheme, StringComparer.Ordinal))
        {
            // 'proxy:8080' is an address too, with the scheme 'proxy'.
            ThrowTerminatingError(ErrorRecords.InvalidValue("-Proxy is not the address of a proxy.", "Begin it with http://, as in -Proxy http://proxy.example:8080", Proxy));
        }

        if (Proxy.UserInfo.Length > 0)
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue("-Proxy holds a user name, which would not be used.", "Give it with -ProxyCredential.", null));
        }

        return new WebProxy(Proxy) { Credentials = ProxyCredential?.GetNetworkCredential() };
    }

#if NET
    private static readonly string[] ProxySchemes = ["http", "https", "socks4", "socks4a", "socks5"];
#else
    private static readonly string[] ProxySchemes = ["http"];
#endif

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
