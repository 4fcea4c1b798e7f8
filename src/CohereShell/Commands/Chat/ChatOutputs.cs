using System.Collections;
using CohereShell.Errors;

namespace CohereShell.Commands;

/// <summary>
/// Checks the parameters of Invoke-CohereChat that choose its output. They aren't in separate parameter sets: PowerShell's
/// error wouldn't say which of them can't be combined.
/// </summary>
internal static class ChatOutputs
{
    private const string Throttle = nameof(InvokeCohereChatCommand.ThrottleLimit);

    /// <summary>
    /// Refuses parameters that the user specified and that can't be combined. As with parameter sets, values of
    /// $PSDefaultParameterValues give way to specified parameters, and are ignored if they contradict each other.
    /// </summary>
    public static void Check(InvokeCohereChatCommand command)
    {
        string[] chosen = Chosen(command);
        string[] specified = chosen.Where(name => IsSpecified(command, name)).ToArray();
        bool isThrottled = command.MyInvocation.BoundParameters.ContainsKey(Throttle);
        bool isThrottleSpecified = isThrottled && IsSpecified(command, Throttle);
        if (specified.Length > 0)
        {
            Keep(command, specified);
        }
        else if (chosen.Length > 1 || (isThrottled && (command.Stream || command.Live)))
        {
            Keep(command, []);
        }

        string[] names = [.. specified.Select(name => "-" + name), .. isThrottleSpecified && (command.Stream || command.Live) ? ["-" + Throttle] : (string[])[]];
        if (names.Length > 1)
        {
            string list = string.Join(", ", names.Take(names.Length - 1)) + " and " + names[names.Length - 1];
            command.ThrowTerminatingError(ErrorRecords.InvalidCombination($"{list} can't be combined.", $"Specify only one of {list}."));
        }
    }

    private static string[] Chosen(InvokeCohereChatCommand command) => new (string Name, SwitchParameter IsSet)[]
    {
        (nameof(command.Stream), command.Stream),
        (nameof(command.Live), command.Live),
        (nameof(command.AsObject), command.AsObject),
        (nameof(command.AsHashtable), command.AsHashtable),
    }.Where(output => output.IsSet).Select(output => output.Name).ToArray();

    private static void Keep(InvokeCohereChatCommand command, string[] names)
    {
        command.Stream = names.Contains(nameof(command.Stream));
        command.Live = names.Contains(nameof(command.Live));
        command.AsObject = names.Contains(nameof(command.AsObject));
        command.AsHashtable = names.Contains(nameof(command.AsHashtable));
    }

    // PowerShell doesn't say which values are defaults. It binds them last: what is bound before a parameter that has no
    // default was specified.
    private static bool IsSpecified(PSCmdlet command, string parameter)
    {
        Dictionary<string, object> bound = command.MyInvocation.BoundParameters;
        object[] defaults = DefaultsOf(command, parameter);
        return defaults.Length == 0
            || (bound[parameter] is SwitchParameter { IsPresent: true } && !defaults.Any(LanguagePrimitives.IsTrue))
            || bound.Keys.SkipWhile(name => name != parameter).Any(name => DefaultsOf(command, name).Length == 0);
    }

    // By the parameter alone: the command in a key may be an alias or a pattern.
    private static object[] DefaultsOf(PSCmdlet command, string parameter) =>
        command.GetVariableValue("PSDefaultParameterValues") is IDictionary defaults && !LanguagePrimitives.IsTrue(defaults["Disabled"])
            ? defaults.Keys.OfType<string>()
                .Where(key => key.Split(':') is { Length: 2 } parts && WildcardPattern.Get(parts[1].Trim().Trim('"', '\''), WildcardOptions.IgnoreCase).IsMatch(parameter))
                .Select(key => defaults[key]!)
                .ToArray()
            : [];
}
