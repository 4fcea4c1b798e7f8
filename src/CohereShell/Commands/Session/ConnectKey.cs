using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>
/// Finds the key of Connect-Cohere: from a parameter, a vault, a script block, a connection or the environment.
/// </summary>
internal static class ConnectKey
{
    private const string NoSource = "none";
    private const string ParameterSource = "parameter";

    /// <summary>Returns the key and its source. Without a key, the source is <c>none</c>.</summary>
    public static (string? Key, string Source) Find(ConnectCohereCommand command)
    {
        switch (command.ParameterSetName)
        {
            case ConnectCohereCommand.CredentialSet:
                return (Required(command, Secrets.KeyIn(command.Credential), "the credential", "Specify a credential whose password is the key."), "credential " + command.Credential!.UserName);
            case ConnectCohereCommand.SecretSet:
                return (Required(command, Secrets.KeyIn(ReadVault(command)), $"the secret '{command.SecretName}'", "Store the key as a string, a SecureString or the password of a credential."), "secret " + command.SecretName);
            case ConnectCohereCommand.ProviderSet:
                return (Required(command, AskProvider(command), "the output of the script block", "Return the key from the script block as a string, a SecureString or a credential."), "script block");
            case ConnectCohereCommand.ConnectionSet:
                string names = string.Join(", ", command.Connection!.Keys.Cast<object>());
                return (Required(command, ConnectOptions.FromConnection(command, nameof(command.ApiKey)), $"the connection, which has {names}", "Add the field ApiKey to the connection."), "connection");
            case ConnectCohereCommand.EmulatorSet:
                // Any key works. This one is neither a word nor a count, so that other texts don't contain it by chance.
                return ("no-key-7q4xv9t2mw5b", "emulator");
            default:
                if (command.MyInvocation.BoundParameters.ContainsKey(nameof(command.ApiKey)))
                {
                    // An empty -ApiKey doesn't fall back to the environment, whose key may belong to another account.
                    string given = command.ApiKey is null ? string.Empty : Secrets.Reveal(command.ApiKey).Trim();
                    return given.Length > 0 ? (given, ParameterSource) : (null, NoSource);
                }

                (string? key, string? source) = Sessions.KeyFromEnvironment();
                return (key, source ?? NoSource);
        }
    }

    /// <summary>The parameter or the environment variable with the key, in words for a message; null without a key.</summary>
    public static string? PlaceOf(ConnectCohereCommand command, CohereSession session) => (command.ParameterSetName, session.ApiKeySource) switch
    {
        (_, NoSource) => null,
        (_, ParameterSource) => "-" + nameof(command.ApiKey),
        (ConnectCohereCommand.ApiKeySet, string source) => "the " + source,
        (ConnectCohereCommand.SecretSet, _) => "-" + nameof(command.SecretName),
        // The other parameter sets have the names of their parameters.
        (string set, _) => "-" + set,
    };

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

    // Called only if the user specifies a name: a locked vault prompts for its password, and a runbook would wait
    // indefinitely.
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
