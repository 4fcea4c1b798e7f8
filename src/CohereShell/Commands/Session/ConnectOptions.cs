using System.Net;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>The session options from the parameters of Connect-Cohere. An invalid parameter ends the command.</summary>
internal static class ConnectOptions
{
    // Nothing is ever sent there: the emulator answers in this process. No server can have this name.
    private static readonly Uri EmulatorAddress = new("https://emulator.invalid");

#if NET
    private static readonly string[] ProxySchemes = ["http", "https", "socks4", "socks4a", "socks5"];
#else
    private static readonly string[] ProxySchemes = ["http"];
#endif

    public static CohereSessionOptions From(ConnectCohereCommand command)
    {
        RefuseUnusedParameters(command);
        AccessProfile? profile = ProfileFor(command);
        string? auditPath = command.AuditPath is null ? null : FilePaths.ResolveTarget(command, command.AuditPath, isLiteral: true);
        RefuseLoosening(command, profile, auditPath);
        (string? key, string source) = ConnectKey.Find(command);
        Uri address = command.Emulator ? EmulatorAddress : AddressFor(command);
        if (key is null && Sessions.NeedsKey(address) && !command.Emulator)
        {
            command.ThrowTerminatingError(command.MyInvocation.BoundParameters.ContainsKey(nameof(command.ApiKey))
                ? ErrorRecords.NoKeyIn("-ApiKey", "Check where the value comes from, or leave -ApiKey out to use the key from the environment.")
                : ErrorRecords.NotConnected());
        }

        return new CohereSessionOptions
        {
            ApiKey = key,
            ApiKeySource = source,
            ApiKeyProvider = command.ApiKeyProvider is null ? null : new KeyProvider(command.ApiKeyProvider).GetAsync,
            BaseUri = address,
            KeyType = KeyTypeFor(command),
            Timeout = command.MyInvocation.BoundParameters.ContainsKey(nameof(command.TimeoutSec)) ? TimeSpan.FromSeconds(command.TimeoutSec) : null,
            MaxRetryCount = command.MaxRetryCount,
            Proxy = ProxyFor(command, command.Proxy, command.ProxyCredential),
            ClientName = command.ClientName ?? FromConnection(command, nameof(command.ClientName)),
            Headers = command.Header is null ? new Dictionary<string, string>() : Headers.From(command, command.Header),
            ChatModel = command.ChatModel,
            EmbedModel = command.EmbedModel,
            RerankModel = command.RerankModel,
            Access = command.Access,
            AllowOperation = command.AllowOperation,
            DenyOperation = command.DenyOperation,
            BudgetLimit = BudgetOf(command) ?? profile?.BudgetLimit,
            CallLimit = CallLimitOf(command) ?? profile?.CallLimit,
            Prices = command.Price is null ? null : Prices.From(command, command.Price),
            AccessProfile = profile,
            AuditPath = auditPath ?? profile?.AuditPath,
            AllowInsecure = command.AllowInsecure,
            Handler = command.Emulator ? CreateEmulator(command) : null,
        };
    }

    /// <summary>A field of -Connection. Hashtables from other sources can be case-sensitive.</summary>
    public static string? FromConnection(ConnectCohereCommand command, string name) =>
        RecordFields.TryGet(command.Connection, name, out object? value) && value is not null
            ? Secrets.KeyIn(value) ?? OneText(command, name, value)
            : null;

    private static string OneText(ConnectCohereCommand command, string name, object value)
    {
        string[] texts = FieldTexts.Of(command, "-Connection", name, value).ToArray();
        if (texts.Length != 1)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue($"'{name}' in -Connection has {texts.Length} values.", "Specify one value.", null));
        }

        return texts[0];
    }

    private static CohereEmulatorHandler CreateEmulator(ConnectCohereCommand command)
    {
        try
        {
            return new CohereEmulatorHandler(new CohereEmulatorOptions
            {
                KeyType = command.KeyType,
                JobDurationMs = command.JobDurationMs,
                StatePath = command.StatePath is null ? null : FilePaths.ResolveTarget(command, command.StatePath, isLiteral: true),
            });
        }
        catch (IOException exception)
        {
            command.ThrowTerminatingError(ErrorRecords.StateNotAvailable(command.StatePath, exception));
            throw;
        }
    }

    private static void RefuseUnusedParameters(ConnectCohereCommand command)
    {
        string? unused = new[] { nameof(command.BaseUri), nameof(command.Proxy), nameof(command.ProxyCredential) }.FirstOrDefault(command.MyInvocation.BoundParameters.ContainsKey);
        if (command.Emulator && unused is not null)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidCombination(
                $"-Emulator runs in this process, so -{unused} has no effect.",
                $"Specify only one of -Emulator and -{unused}. Start-CohereEmulator starts an emulator with an address."));
        }
    }

    private static AccessProfile? ProfileFor(ConnectCohereCommand command)
    {
        if (command.AccessProfile is null)
        {
            return null;
        }

        string path = FilePaths.ResolveSource(command, command.AccessProfile);
        try
        {
            return AccessProfileFile.Read(command, path);
        }
        catch (InvalidDataException exception)
        {
            command.ThrowTerminatingError(ErrorRecords.AccessProfileNotValid(path, exception));
            throw;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            command.ThrowTerminatingError(ErrorRecords.FileNotReadable(path, exception));
            throw;
        }
    }

    // All rules must agree, so that nothing can add to a profile. Whoever tries expects something else.
    private static void RefuseLoosening(ConnectCohereCommand command, AccessProfile? profile, string? auditPath)
    {
        if (profile is null)
        {
            return;
        }

        OperationAccess? access = command.MyInvocation.BoundParameters.ContainsKey(nameof(command.Access)) ? command.Access : null;
        string? problem = AccessPolicy.WouldLoosen(profile, access, command.AllowOperation)
            ?? (auditPath is not null && profile.AuditPath is { } required && !FilePaths.IsSame(auditPath, required)
                ? $"-AuditPath is '{auditPath}', but the access profile '{profile.Name}' requires the audit file '{required}'."
                : null)
            ?? (BudgetOf(command) > profile.BudgetLimit ? FormattableString.Invariant($"-BudgetLimit is {BudgetOf(command)}, and the access profile '{profile.Name}' allows at most {profile.BudgetLimit} US dollars.") : null)
            // A price of 0 would make the budget endless.
            ?? (command.Price is not null && profile.BudgetLimit is not null ? $"-Price can't be used, because the access profile '{profile.Name}' has a BudgetLimit, which counts list prices." : null)
            ?? (CallLimitOf(command) > profile.CallLimit ? FormattableString.Invariant($"-CallLimit is {CallLimitOf(command)}, and the access profile '{profile.Name}' allows at most {profile.CallLimit} calls.") : null);
        if (problem is not null)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidCombination(problem, "Parameters can restrict an access profile, but can't add to it. Leave the parameter out, or change the profile.", profile.Path));
        }
    }

    private static decimal? BudgetOf(ConnectCohereCommand command) =>
        command.MyInvocation.BoundParameters.ContainsKey(nameof(command.BudgetLimit)) ? command.BudgetLimit : null;

    private static long? CallLimitOf(ConnectCohereCommand command) =>
        command.MyInvocation.BoundParameters.ContainsKey(nameof(command.CallLimit)) ? command.CallLimit : null;

    private static Uri AddressFor(ConnectCohereCommand command)
    {
        try
        {
            return command.BaseUri
                ?? (FromConnection(command, nameof(command.BaseUri)) is { Length: > 0 } connected ? Sessions.ParseAddress(connected, "The BaseUri of the connection")
                : Sessions.AddressFromEnvironment() is { } text ? Sessions.ParseAddress(text, "The environment variable " + Sessions.AddressVariable)
                : CohereSessionOptions.DefaultBaseUri);
        }
        catch (CohereException exception)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue(exception.Message, "Specify an http or https address, such as https://api.cohere.com", command.Connection));
            throw;
        }
    }

    private static CohereKeyType? KeyTypeFor(ConnectCohereCommand command)
    {
        string? named = FromConnection(command, nameof(command.KeyType));
        if (command.KeyType is not null || string.IsNullOrEmpty(named))
        {
            return command.KeyType;
        }

        if (!Enum.TryParse(named, ignoreCase: true, out CohereKeyType keyType) || !Enum.IsDefined(typeof(CohereKeyType), keyType))
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue($"The KeyType of the connection is '{named}'.", "Set KeyType to Trial or Production, or leave it out.", command.Connection));
        }

        return keyType;
    }

    /// <summary>The proxy that the user specified; null if there isn't one. An invalid one ends the command.</summary>
    public static WebProxy? ProxyFor(PSCmdlet command, Uri? proxy, PSCredential? credential)
    {
        if (credential is not null && proxy is null)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidCombination("-ProxyCredential requires -Proxy.", "Add -Proxy, or leave -ProxyCredential out."));
        }

        if (proxy is null)
        {
            return null;
        }

        if (!proxy.IsAbsoluteUri || !ProxySchemes.Contains(proxy.Scheme, StringComparer.Ordinal))
        {
            // 'proxy:8080' also parses as an address, with the scheme 'proxy'.
            command.ThrowTerminatingError(ErrorRecords.InvalidValue("-Proxy isn't the address of a proxy.", "Start the address with http://, for example: -Proxy http://proxy.example:8080", proxy));
        }

        if (proxy.UserInfo.Length > 0)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue("-Proxy contains a user name, which would be ignored.", "Specify the user name and the password with -ProxyCredential.", null));
        }

        return new WebProxy(proxy) { Credentials = credential?.GetNetworkCredential() };
    }
}
