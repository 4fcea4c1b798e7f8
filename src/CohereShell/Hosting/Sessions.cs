using CohereShell.Errors;

namespace CohereShell.Hosting;

/// <summary>Finds the session of a command.</summary>
internal static class Sessions
{
    public const string KeyVariable = "CO_API_KEY";
    public const string SecondKeyVariable = "COHERE_API_KEY";
    public const string AddressVariable = "CO_API_URL";

    /// <summary>The specified session, else the one connected in this runspace, else one created from the environment.</summary>
    /// <exception cref="CohereException">
    /// The connected session is closed, the last Connect-Cohere failed, or the environment variables can't be used.
    /// </exception>
    public static CohereSession? Find(CohereSession? given)
    {
        if (given is not null)
        {
            return given;
        }

        // In a tool, only the session of the chat: its policy and its audit apply to what the tool calls.
        if (ToolScope.Session is { } chat)
        {
            return chat;
        }

        RunspaceScope scope = RunspaceScope.Current;
        if (scope.Connected is { } connected)
        {
            return connected.IsOpen ? connected
                : throw new CohereException(ErrorReason.SessionClosed, "The session of Connect-Cohere is closed, because the module was removed or the session was disposed. No other session replaces it.");
        }

        if (scope.HasFailedToConnect)
        {
            throw new CohereException(ErrorReason.ConnectFailed, "The last Connect-Cohere failed, so no session is connected. CO_API_KEY isn't used instead: it would have none of the restrictions of the session that failed to connect.");
        }

        (string? key, _) = KeyFromEnvironment();
        string? address = AddressFromEnvironment();
        return scope.FromEnvironment(FromEnvironment, key, address);
    }

    /// <summary>
    /// The same for a command that doesn't need a session: an error in the environment variables ends the command. After a
    /// Connect-Cohere that failed, there isn't a session.
    /// </summary>
    public static CohereSession? FindFor(PSCmdlet command, CohereSession? given) => FindFor(command, given, isRequired: false);

    private static CohereSession? FindFor(PSCmdlet command, CohereSession? given, bool isRequired)
    {
        try
        {
            return Find(given);
        }
        catch (CohereException exception) when (!isRequired && exception.Reason == ErrorReason.ConnectFailed)
        {
            return null;
        }
        catch (CohereException exception)
        {
            command.ThrowTerminatingError(exception.ToErrorRecord(null));
            throw;
        }
    }

    /// <summary>The same for a command that requires a session.</summary>
    public static CohereSession RequireFor(PSCmdlet command, CohereSession? given)
    {
        CohereSession? session = FindFor(command, given, isRequired: true);
        if (session is null)
        {
            command.ThrowTerminatingError(ErrorRecords.NotConnected());
        }

        return session!;
    }

    public static (string? Key, string? Source) KeyFromEnvironment()
    {
        foreach (string name in new[] { KeyVariable, SecondKeyVariable })
        {
            if (KeyShelter.Read(name)?.Trim() is { Length: > 0 } key)
            {
                return (key, "environment variable " + name);
            }
        }

        return (null, null);
    }

    public static string? AddressFromEnvironment() =>
        Environment.GetEnvironmentVariable(AddressVariable)?.Trim() is { Length: > 0 } address ? address : null;

    public static CohereSession Open(CohereSessionOptions options) =>
        RunspaceScope.Current.Own(new CohereSession(options, LibraryLoader.CreateTransport));

    /// <summary>A private address may not need a key. Cohere's own address always does.</summary>
    public static bool NeedsKey(Uri address) => address.Host == CohereSessionOptions.DefaultBaseUri.Host;

    /// <exception cref="CohereException">The text isn't an address.</exception>
    public static Uri ParseAddress(string text, string place) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
            ? address
            : throw new CohereException(ErrorReason.InvalidEnvironment, $"{place} isn't a valid address: '{text}'.");

    private static CohereSession? FromEnvironment()
    {
        (string? key, string? source) = KeyFromEnvironment();
        Uri address = AddressFromEnvironment() is { } text ? ParseAddress(text, "The environment variable " + AddressVariable) : CohereSessionOptions.DefaultBaseUri;
        if (key is null && NeedsKey(address))
        {
            return null;
        }

        try
        {
            return Open(new CohereSessionOptions { ApiKey = key, ApiKeySource = source, BaseUri = address });
        }
        catch (ArgumentException exception)
        {
            throw new CohereException(ErrorReason.InvalidEnvironment, $"The environment variables can't be used: {exception.PlainMessage()}", exception);
        }
    }
}
