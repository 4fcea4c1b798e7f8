using System.Text.RegularExpressions;

namespace CohereShell;

/// <summary>What an access profile allows of an operation or a group.</summary>
public enum ProfileAccess
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary>Only operations that cost nothing and change nothing.</summary>
    Read,

    /// <summary>All operations.</summary>
    Full,
}

/// <summary>
/// What a session may do, from a file that an administrator can review and sign. Anything that it doesn't name is denied.
/// </summary>
public sealed class AccessProfile
{
    private readonly Dictionary<string, ProfileAccess> _operations;
    private readonly string[] _models;
    private readonly Regex[] _modelPatterns;

    /// <summary>Creates a profile.</summary>
    /// <param name="name">The name, for messages and the audit.</param>
    /// <param name="operations">The access by the name of a group or of an operation. The name of an operation wins.</param>
    /// <param name="models">The models that calls can use. Wildcards are allowed.</param>
    /// <exception cref="ArgumentException">A name doesn't exist, or a rule has no effect.</exception>
    public AccessProfile(string name, IEnumerable<KeyValuePair<string, ProfileAccess>> operations, IEnumerable<string> models)
    {
        Name = string.IsNullOrWhiteSpace(name) ? throw new ArgumentException("The profile has no Name.") : name;
        if (name.Any(char.IsControl))
        {
            throw new ArgumentException("The Name of the profile contains line breaks or other control characters.");
        }

        _operations = new Dictionary<string, ProfileAccess>(StringComparer.OrdinalIgnoreCase);
        foreach (KeyValuePair<string, ProfileAccess> rule in operations ?? throw new ArgumentNullException(nameof(operations)))
        {
            Check(rule.Key, rule.Value);
            if (_operations.ContainsKey(rule.Key))
            {
                throw new ArgumentException($"Operations names '{rule.Key}' twice.");
            }

            _operations.Add(rule.Key, rule.Value);
        }

        _models = [.. models ?? throw new ArgumentNullException(nameof(models))];
        if (Array.Exists(_models, string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("Models has an empty name.");
        }

        _modelPatterns = _models.Select(AccessPolicy.ToRegex).ToArray();
        if (_models.Length == 0 && CohereShell.Operations.All.FirstOrDefault(operation => operation.UsesModel && Refusal(operation) is null) is { } needy)
        {
            throw new ArgumentException($"The profile allows {needy.Name}, which uses a model, but it has no Models. To allow all models, add Models = '*'.");
        }
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The file; null for a profile that wasn't read from a file.</summary>
    public string? Path { get; init; }

    /// <summary>The access by the name of a group or of an operation.</summary>
    public IReadOnlyDictionary<string, ProfileAccess> Operations => _operations;

    /// <summary>The models that calls can use, with wildcards.</summary>
    public IReadOnlyList<string> Models => Array.AsReadOnly(_models);

    /// <summary>The audit file that the profile requires; null if it doesn't require one.</summary>
    public string? AuditPath { get; init; }

    /// <summary>The highest budget of a session in US dollars; null for no limit.</summary>
    public decimal? BudgetLimit { get; init; }

    /// <summary>The maximum number of calls that may cost money; null for no limit.</summary>
    public long? CallLimit { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path is null ? Name : $"{Name} ({Path})";

    /// <summary>Why the profile denies an operation; null if it allows it.</summary>
    internal string? Refusal(Operation operation)
    {
        bool isNamed = _operations.TryGetValue(operation.Name, out ProfileAccess access);
        string rule = isNamed ? operation.Name : operation.Group;
        return !isNamed && !_operations.TryGetValue(operation.Group, out access) ? $"the access profile '{Name}' doesn't name it."
            : access == ProfileAccess.Off ? $"the access profile '{Name}' has {rule} = 'Off'."
            : access == ProfileAccess.Read && operation.Access != OperationAccess.Read ? $"it isn't read-only, and the access profile '{Name}' has {rule} = 'Read'."
            : null;
    }

    /// <summary>Whether calls can use a model.</summary>
    internal bool AllowsModel(string model) => Array.Exists(_modelPatterns, pattern => pattern.IsMatch(model));

    private static void Check(string name, ProfileAccess access)
    {
        Operation[] named = CohereShell.Operations.All.Append(CohereShell.Operations.ForRequest("GET", "/"))
            .Where(operation => Is(operation.Name, name) || Is(operation.Group, name))
            .ToArray();
        if (named.Length == 0)
        {
            IEnumerable<string> names = CohereShell.Operations.All.SelectMany(operation => new[] { operation.Group, operation.Name }).Distinct(StringComparer.Ordinal);
            string advice = NearestNames.For(name, names) is { } nearest ? $" Did you mean {nearest}?" : " To list the names and groups, run Get-CohereOperation.";
            throw new ArgumentException($"'{name}' in Operations isn't the name of an operation or a group.{advice}");
        }

        if (!Enum.IsDefined(typeof(ProfileAccess), access))
        {
            throw new ArgumentException($"The access of '{name}' isn't Off, Read or Full.");
        }

        // The group Other has reading operations too: any path that is read with GET.
        if (access == ProfileAccess.Read && !Array.Exists(named, operation => operation.Access == OperationAccess.Read))
        {
            throw new ArgumentException($"'{name}' has no operation that only reads, so Read would allow nothing. Use Off or Full.");
        }
    }

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
