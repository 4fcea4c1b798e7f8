using System.Text.RegularExpressions;

namespace CohereShell;

/// <summary>
/// The operations that a session can call. A Cohere key has no scopes, so the session limits itself. All rules must
/// agree: the access, the allow list and the deny list. A denied call isn't sent.
/// </summary>
internal sealed class AccessPolicy
{
    private readonly OperationAccess _access;
    private readonly Rule[] _allow;
    private readonly Rule[] _deny;

    public AccessPolicy(OperationAccess access, IEnumerable<string> allow, IEnumerable<string> deny)
    {
        _access = access;
        _allow = allow.Select(pattern => new Rule(pattern)).ToArray();
        _deny = deny.Select(pattern => new Rule(pattern)).ToArray();
    }

    /// <summary>Why the operation is denied; null if it is allowed.</summary>
    public string? Refusal(Operation operation)
    {
        if (_access == OperationAccess.Read && operation.Access != OperationAccess.Read)
        {
            return $"{Describe(operation)} isn't allowed in this session: it isn't read-only, and the session was connected with -Access Read.";
        }

        if (Array.Find(_deny, rule => rule.Matches(operation)) is { } denied)
        {
            return $"{Describe(operation)} isn't allowed in this session: -DenyOperation '{denied.Pattern}' matches it.";
        }

        // A server with other rules for methods and paths could read a request that the catalogue doesn't list as a denied one.
        if (!operation.IsKnown && _deny.Length > 0 && Operations.Near(operation).FirstOrDefault(near => Array.Exists(_deny, rule => rule.Matches(near))) is { } meant)
        {
            return $"{Describe(operation)} isn't allowed in this session: a server could read it as the operation {meant.Name}, and -DenyOperation '{Array.Find(_deny, rule => rule.Matches(meant))!.Pattern}' matches that.";
        }

        return _allow.Length > 0 && !Array.Exists(_allow, rule => rule.Matches(operation))
            ? $"{Describe(operation)} isn't allowed in this session: no -AllowOperation matches it."
            : null;
    }

    /// <summary>Whether a pattern matches any operation. If it doesn't, it is a typo: in a deny list, a dangerous one.</summary>
    public static bool MatchesAnything(string pattern)
    {
        var rule = new Rule(pattern);
        return Operations.All.Any(rule.Matches) || rule.Matches(Operations.ForRequest("GET", "/"));
    }

    private static string Describe(Operation operation) =>
        operation.IsKnown ? $"The operation {operation.Name}" : $"{operation.Method} {operation.Path}";

    private sealed class Rule
    {
        private readonly Regex _regex;

        public Rule(string pattern)
        {
            Pattern = pattern;
            _regex = new Regex(
                "^" + Regex.Escape(pattern).Replace(@"\*", ".*").Replace(@"\?", ".") + "$",
                RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline);
        }

        public string Pattern { get; }

        public bool Matches(Operation operation) => _regex.IsMatch(operation.Name) || _regex.IsMatch(operation.Group);
    }
}
