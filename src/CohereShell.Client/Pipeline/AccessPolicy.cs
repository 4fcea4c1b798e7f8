using System.Text.RegularExpressions;

namespace CohereShell;

/// <summary>
/// The operations and the models that a session can use. A Cohere key has no scopes, so the session limits itself. All
/// rules must agree: the access profile, the access, the allow list and the deny list. A denied call isn't sent.
/// </summary>
internal sealed class AccessPolicy
{
    private readonly OperationAccess _access;
    private readonly Rule[] _allow;
    private readonly Rule[] _deny;
    private readonly AccessProfile? _profile;

    public AccessPolicy(OperationAccess access, IEnumerable<string> allow, IEnumerable<string> deny, AccessProfile? profile = null)
    {
        _access = access;
        _allow = allow.Select(pattern => new Rule(pattern)).ToArray();
        _deny = deny.Select(pattern => new Rule(pattern)).ToArray();
        _profile = profile;
    }

    /// <summary>Why the operation is denied; null if it is allowed.</summary>
    public string? Refusal(Operation operation)
    {
        if (_profile?.Refusal(operation) is { } reason)
        {
            return $"{Describe(operation)} isn't allowed in this session: {reason}";
        }

        // A server with other rules for methods and paths could read a request that the catalogue doesn't list as a denied one.
        if (_profile is { } profile && !operation.IsKnown && Operations.Near(operation).FirstOrDefault(near => profile.Refusal(near) is not null) is { } similar)
        {
            return $"{Describe(operation)} isn't allowed in this session: a server could read it as the operation {similar.Name}, and {profile.Refusal(similar)}";
        }

        if (_access == OperationAccess.Read && operation.Access != OperationAccess.Read)
        {
            return $"{Describe(operation)} isn't allowed in this session: it isn't read-only, and the session was connected with -Access Read.";
        }

        if (Array.Find(_deny, rule => rule.Matches(operation)) is { } denied)
        {
            return $"{Describe(operation)} isn't allowed in this session: -DenyOperation '{denied.Pattern}' matches it.";
        }

        if (!operation.IsKnown && _deny.Length > 0 && Operations.Near(operation).FirstOrDefault(near => Array.Exists(_deny, rule => rule.Matches(near))) is { } meant)
        {
            return $"{Describe(operation)} isn't allowed in this session: a server could read it as the operation {meant.Name}, and -DenyOperation '{Array.Find(_deny, rule => rule.Matches(meant))!.Pattern}' matches that.";
        }

        return _allow.Length > 0 && !Array.Exists(_allow, rule => rule.Matches(operation))
            ? $"{Describe(operation)} isn't allowed in this session: no -AllowOperation matches it."
            : null;
    }

    /// <summary>Why the model of a request is denied; null if it is allowed.</summary>
    public string? ModelRefusal(ApiRequest request)
    {
        if (_profile is null)
        {
            return null;
        }

        RequestModels models = RequestModels.In(request);
        string end = $"The access profile '{_profile.Name}' allows only these models: {(_profile.Models.Count == 0 ? "none" : string.Join(", ", _profile.Models))}.";
        if (models.Names.FirstOrDefault(name => !IsAllowed(request.Operation, name)) is { } denied)
        {
            return $"The model '{HarmlessText.From(denied)}' isn't allowed in this session. {end}";
        }

        // A request whose models can't be told could use any.
        bool mayUseOne = request.Operation.UsesModel || (!request.Operation.IsKnown && request.Operation.Access != OperationAccess.Read);
        if (models.Problem is { } problem && (mayUseOne || models.Names.Count > 0))
        {
            return $"{Describe(request.Operation)} isn't allowed in this session: {problem}, so the model can't be checked. {end}";
        }

        return mayUseOne && models.Names.Count == 0
            ? $"{Describe(request.Operation)} isn't allowed in this session: the request names no model, so the server would choose one. Specify the model. {end}"
            : null;
    }

    /// <summary>The regular expression of a pattern with the wildcards * and ?.</summary>
    public static Regex ToRegex(string pattern) => new(
        @"\A" + Regex.Escape(pattern).Replace(@"\*", ".*").Replace(@"\?", ".") + @"\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline);

    /// <summary>Whether a pattern matches any operation. If it doesn't, it is a typo: in a deny list, a dangerous one.</summary>
    public static bool MatchesAnything(string pattern)
    {
        var rule = new Rule(pattern);
        return Operations.All.Any(rule.Matches) || rule.Matches(Operations.ForRequest("GET", "/"));
    }

    /// <summary>
    /// The operations that the allow list or the access would add to those of the profile; null if there aren't any. All
    /// rules must agree, so nothing is added, and whoever wrote the list expects something else.
    /// </summary>
    public static string? WouldLoosen(AccessProfile profile, OperationAccess? access, IEnumerable<string> allow)
    {
        if (access == OperationAccess.Write && !Operations.All.Any(operation => operation.Access == OperationAccess.Write && profile.Refusal(operation) is null))
        {
            return $"-Access Write has no effect: the access profile '{profile.Name}' allows no operation that writes.";
        }

        foreach (Rule rule in allow.Select(pattern => new Rule(pattern)))
        {
            if (Operations.All.FirstOrDefault(operation => rule.Matches(operation) && profile.Refusal(operation) is not null) is { } denied)
            {
                return $"-AllowOperation '{rule.Pattern}' matches {denied.Name}, but {profile.Refusal(denied)}";
            }
        }

        return null;
    }

    // The id of a fine-tuned model is a part of the name with which calls use it.
    private bool IsAllowed(Operation operation, string model) =>
        _profile!.AllowsModel(model) || (operation.Group == Operations.CreateFineTunedModel.Group && _profile.AllowsModel(model + "-ft"));

    private static string Describe(Operation operation) =>
        operation.IsKnown ? $"The operation {operation.Name}" : $"{operation.Method} {operation.Path}";

    private sealed class Rule(string pattern)
    {
        private readonly Regex _regex = ToRegex(pattern);

        public string Pattern { get; } = pattern;

        public bool Matches(Operation operation) => _regex.IsMatch(operation.Name) || _regex.IsMatch(operation.Group);
    }
}
