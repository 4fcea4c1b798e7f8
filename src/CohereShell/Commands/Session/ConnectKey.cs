using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>The key of Connect-Cohere: from a parameter, a vault, a script block, a connection or the environment.</summary>
internal static class ConnectKey
{
    /// <summary>The key, and where it comes from. Without one, the source is none.</summary>
    public static (string? Key, string Source) Find(ConnectCohereCommand command)
    {
        switch (command.ParameterSetName)
        {
            case ConnectCohereCommand.CredentialSet:
                return (Required(command, Secrets.KeyIn(command.Credential), "the credential", "Give a credential whose password is the key."), "credential " + command.Credential!.UserName);
            case ConnectCohereCommand.SecretSet:
                return (Required(command, Secrets.KeyIn(ReadVault(command)), $"the secret '{command.SecretName}'", "Store the key as a string, a SecureString or the password of a credential."), "secret " + command.SecretName);
            case ConnectCohereCommand.ProviderSet:
                return (Required(command, AskProvider(command), "what the script block gives", "Let the script block put out the key, as a string, a SecureString or a credential."), "script block");
            case ConnectCohereCommand.ConnectionSet:
                string names = string.Join(", ", command.Connection!.Keys.Cast<object>());
                return (Required(command, ConnectOptions.FromConnection(command, nameof(command.ApiKey)), $"the connection, which has {names}", "Name the field ApiKey."), "connection");
            case ConnectCohereCommand.EmulatorSet:
                // Any key will do; one that is no word can be taken out of messages without harm.
                return ("no-key-0123456789", "emulator");
            default:
                if (command.MyInvocation.BoundParameters.ContainsKey(nameof(command.ApiKey)))
                {
                    // Given and empty is no key at all: the one of the environment may be another account's.
                    string given = command.ApiKey is null ? string.Empty : Secrets.Reveal(command.ApiKey).Trim();
                    return given.Length > 0 ? (given, "parameter") : (null, "none");
                }

                (string? key, string? source) = Sessions.KeyFromEnvironment();
                return (key, source ?? "none");
        }
    }

    private static string Required(ConnectCohereCommand command, string? key, string place, string action)
    {
        if (string.IsNullOrEmpty(key))
        {
            command.ThrowTerminatingError(ErrorRecords.NoKeyIn(place, action));
        }

        return key!;
    }

    private static string? AskProvider(ConnectCohereCommand command)
    {
        try
        {
            return new KeyProvider(command.ApiKeyProvider!).Invoke();
        }
        catch (CohereException exception)
        {
            command.ThrowTerminatingError(exception.ToErrorRecord(command.ApiKeyProvider));
            throw;
        }
    }

    // Asked only when a name is given: a vault that is locked asks for its password, and a runbook would wait for ever.
    private static object? ReadVault(ConnectCohereCommand command)
    {
        try
        {
            return command.InvokeCommand.InvokeScript(
                "param($name, $vault) $where = if ($vault) { @{ Vault = $vault } } else { @{} }; Microsoft.PowerShell.SecretManagement\\Get-Secret -Name $name @where -ErrorAction Stop",
                command.SecretName,
                command.VaultName).FirstOrDefault();
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            command.ThrowTerminatingError(ErrorRecords.SecretNotFound(command.SecretName!, exception));
            throw;
        }
    }
}
