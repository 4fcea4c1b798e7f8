namespace CohereShell.Emulation;

/// <summary>Checks the keys of requests.</summary>
/// <param name="accepted">The only key that is accepted. Null if every possible key is.</param>
internal sealed class KeyCheck(string? accepted)
{
    private const string WrongKey = "invalid";

    // The service sends this id with a wrong key, because it refuses the request before giving it an id.
    private const string NoId = "00000000-0000-0000-0000-000000000000";

    /// <summary>Whether a key can be a correct one.</summary>
    internal static bool IsPossible(string key) => key.Length > 0 && key != WrongKey && !key.Any(char.IsWhiteSpace);

    /// <summary>The refusal of a request with a wrong key or without a key. Null if the key is accepted.</summary>
    internal EmulatorResponse? Refuse(EmulatorRequest request)
    {
        string? key = BearerKey(request.Header("Authorization"));
        return key is null ? EmulatorResponse.Error(401, null, "no api key supplied")
            : !IsPossible(key) || (accepted is not null && key != accepted) ? EmulatorResponse.Error(401, NoId, "invalid api token")
            : null;
    }

    private static string? BearerKey(string? header)
    {
        const string Scheme = "Bearer ";
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string key = header.Substring(Scheme.Length).Trim();
        return key.Length == 0 ? null : key;
    }
}
