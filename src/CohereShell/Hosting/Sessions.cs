using System;
using System.Management.Automation;

namespace CohereShell.Hosting;

/// <summary>Finds the session that a command works with.</summary>
internal static class Sessions
{
    public const string KeyVariable = "CO_API_KEY";
    public const string SecondKeyVariable = "COHERE_API_KEY";
    public const string AddressVariable = "CO_API_URL";

    /// <summary>The session given, else the one connected in this runspace, else one made from the environment.</summary>
    public static CohereSession? Find(CohereSession? given)
    {
        if (given is not null)
        {
            return given;
        }

        RunspaceScope scope = RunspaceScope.Current;
        if (scope.Connected is { IsOpen: true } connected)
        {
            return connected;
        }

        (string? key, _) = KeyFromEnvironment();
        string? address = AddressFromEnvironment();
        return scope.FromEnvironment(() => FromEnvironment(scope), key, address);
    }

    public static (string? Key, string? Source) KeyFromEnvironment()
    {
        foreach (string name in new[] { KeyVariable, SecondKeyVariable })
        {
            if (Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } key)
            {
                return (key, "environment variable " + name);
            }
        }

        return (null, null);
    }

    public static string? AddressFromEnvironment() =>
        Environment.GetEnvironmentVariable(AddressVariable)?.Trim() is { Length: > 0 } address ? address : null;

    public static CohereSession Open(CohereSessionOptions options) =>
        RunspaceScope.Current.Own(new CohereSession(options, TransportLoader.Create));

    /// <summary>A private address may need no key; Cohere's own always does.</summary>
    public static bool NeedsKey(Uri address) => address.Host == CohereSessionOptions.DefaultBaseUri.Host;

    public static Uri ParseAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
            ? address
            : throw new PSArgumentException($"The environment variable {AddressVariable} is not an address: '{text}'.");

    private static CohereSession? FromEnvironment(RunspaceScope scope)
    {
        (string? key, string? source) = KeyFromEnvironment();
        Uri address = AddressFromEnvironment() is { } text ? ParseAddress(text) : CohereSessionOptions.DefaultBaseUri;
        if (key is null && NeedsKey(address))
        {
            return null;
        }

        return scope.Own(new CohereSession(
            new CohereSessionOptions { ApiKey = key, ApiKeySource = source, BaseUri = address },
            TransportLoader.Create));
    }
}
