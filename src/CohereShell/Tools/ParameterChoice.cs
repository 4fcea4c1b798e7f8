using CohereShell.Errors;

namespace CohereShell.Tools;

/// <summary>
/// Selects the parameters of a command that a tool offers, all from one parameter set. A specified set comes first.
/// Next is the default set, if it has the requested parameters and can be called. Otherwise, it's the set with the
/// fewest mandatory parameters, and among those the most parameters.
/// </summary>
internal sealed class ParameterChoice
{
    private const string LiteralPath = "LiteralPath";

    // PowerShell's own parameters control how a command runs and not what it does. Some of them write to the caller's
    // variables.
    private static readonly HashSet<string> Common = new(
        Cmdlet.CommonParameters.Concat(Cmdlet.OptionalCommonParameters).Concat(["ProgressAction"]),
        StringComparer.OrdinalIgnoreCase);

    private ParameterChoice(CommandParameterSetInfo set, IReadOnlyList<CommandParameterInfo> parameters, bool hasWanted, string? problem)
    {
        Set = set;
        Parameters = parameters;
        HasWanted = hasWanted;
        Problem = problem;
    }

    public CommandParameterSetInfo Set { get; }

    /// <summary>The parameters of the set that are offered.</summary>
    public IReadOnlyList<CommandParameterInfo> Parameters { get; }

    // The reason why the set can't be called with the offered parameters.
    private string? Problem { get; }

    // Whether the set has all parameters that the user requested.
    private bool HasWanted { get; }

    private bool IsUsable => HasWanted && Problem is null;

    private int MandatoryCount => Parameters.Count(parameter => parameter.IsMandatory);

    /// <summary>Whether a parameter is one of PowerShell's own.</summary>
    public static bool IsCommon(string parameter) => Common.Contains(parameter);

    /// <exception cref="ToolException">The set or a parameter doesn't exist, or none of the sets can be called.</exception>
    public static ParameterChoice From(CommandInfo command, IReadOnlyList<CommandParameterSetInfo> sets, ToolOptions options)
    {
        string[] wanted = options.Parameter.Select(name => Resolve(command, sets, name)).Distinct().ToArray();
        string[] excluded = options.ExcludeParameter.Select(name => Resolve(command, sets, name)).Distinct().ToArray();
        ParameterChoice[] choices = sets
            .Where(set => options.ParameterSetName is null || string.Equals(set.Name, options.ParameterSetName, StringComparison.OrdinalIgnoreCase))
            .Select(set => Choose(set, wanted, excluded))
            .OrderByDescending(choice => choice.Set.IsDefault)
            .ThenBy(choice => choice.MandatoryCount)
            .ThenByDescending(choice => choice.Parameters.Count)
            .ToArray();
        if (choices.Length == 0)
        {
            throw new ToolException(ErrorRecords.ParameterSetNotFound(command.Name, options.ParameterSetName!, sets.Select(set => set.Name)));
        }

        ParameterChoice[] usable = choices.Where(choice => choice.IsUsable).ToArray();
        if (usable.Length == 0)
        {
            throw new ToolException(ErrorRecords.CommandNotUsable(
                command,
                choices.FirstOrDefault(choice => choice.HasWanted)?.Problem ?? $"no parameter set has all of {string.Join(", ", wanted.Select(name => "-" + name))}"));
        }

        bool isFree = wanted.Length == 0 && options.ParameterSetName is null;
        return isFree && !ReadingVerbs.Contains(ToolNames.VerbOf(command.Name)) ? Literal(usable) : usable[0];
    }

    // A command that makes changes must affect only what the model names: a wildcard is then part of the name.
    private static ParameterChoice Literal(ParameterChoice[] usable)
    {
        ParameterChoice first = usable[0];
        string[] needed = [.. first.Parameters.Where(parameter => parameter.IsMandatory).Select(parameter => parameter.Name), LiteralPath];
        return Has(first, LiteralPath) || !(Has(first, "Path") || Has(first, "FilePath"))
            ? first
            : usable.FirstOrDefault(choice => Has(choice, LiteralPath) && choice.Parameters.Where(parameter => parameter.IsMandatory).All(parameter => needed.Contains(parameter.Name))) ?? first;
    }

    private static bool Has(ParameterChoice choice, string name) => choice.Parameters.Any(parameter => parameter.Name == name);

    private static ParameterChoice Choose(CommandParameterSetInfo set, string[] wanted, string[] excluded)
    {
        CommandParameterInfo[] offered = set.Parameters.Where(parameter => IsOffered(parameter, wanted, excluded)).ToArray();
        CommandParameterInfo? missing = set.Parameters.FirstOrDefault(parameter => parameter.IsMandatory && !offered.Contains(parameter));
        string? problem = missing is null ? null
            : IsSayable(missing) ? $"-{missing.Name} is mandatory in the parameter set {set.Name}, but isn't offered"
            : $"-{missing.Name} is mandatory in the parameter set {set.Name}, and a value of the type {missing.ParameterType.Name} can't be represented in JSON";
        return new ParameterChoice(set, offered, wanted.All(name => set.Parameters.Any(parameter => parameter.Name == name)), problem);
    }

    private static bool IsOffered(CommandParameterInfo parameter, string[] wanted, string[] excluded) =>
        !IsCommon(parameter.Name) && IsSayable(parameter) && !excluded.Contains(parameter.Name)
        && (wanted.Length > 0 ? wanted.Contains(parameter.Name) : parameter.IsMandatory || !IsHidden(parameter));

    private static bool IsSayable(CommandParameterInfo parameter) => JsonTypes.SchemaOf(parameter.ParameterType) is not null;

    private static bool IsHidden(CommandParameterInfo parameter) =>
        parameter.Attributes.Any(attribute => attribute is ObsoleteAttribute or ParameterAttribute { DontShow: true });

    // The parameter's own name for the user's text, which may be an alias.
    private static string Resolve(CommandInfo command, IReadOnlyList<CommandParameterSetInfo> sets, string name)
    {
        CommandParameterInfo? found = sets.SelectMany(set => set.Parameters).FirstOrDefault(parameter =>
            string.Equals(parameter.Name, name, StringComparison.OrdinalIgnoreCase) || parameter.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase));
        if (found is null)
        {
            IEnumerable<string> known = sets.SelectMany(set => set.Parameters).Where(parameter => !IsCommon(parameter.Name)).Select(parameter => parameter.Name).Distinct();
            throw new ToolException(ErrorRecords.ParameterNotFound(command.Name, name, known));
        }

        return IsCommon(found.Name) ? throw new ToolException(ErrorRecords.CommandNotUsable(command, $"-{found.Name} is one of PowerShell's own parameters, which a model can't use"))
            : IsSayable(found) ? found.Name
            : throw new ToolException(ErrorRecords.CommandNotUsable(command, $"the type {found.ParameterType.Name} of -{found.Name} can't be represented in JSON"));
    }
}
