using System.Collections;
using System.Management.Automation.Language;

namespace CohereShell.Tools;

/// <summary>Reads the default values of a script's parameters. Only constants are read, and no code runs.</summary>
internal static class ParameterDefaults
{
    public static IReadOnlyDictionary<string, object?> Of(CommandInfo command)
    {
        var defaults = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (ParameterAst parameter in ParametersOf(CommandHelp.ScriptOf(command)?.Ast))
        {
            if (ConstantOf(parameter.DefaultValue) is { } value)
            {
                defaults[parameter.Name.VariablePath.UserPath] = value;
            }
        }

        return defaults;
    }

    private static IEnumerable<ParameterAst> ParametersOf(Ast? ast) => ast switch
    {
        // function f { param($a) } and function f($a) { }
        FunctionDefinitionAst function => ParametersOf(function.Body).Concat(function.FindAll(node => node.Parent == function, searchNestedScriptBlocks: false).OfType<ParameterAst>()),
        ScriptBlockAst script => script.ParamBlock?.Parameters ?? Enumerable.Empty<ParameterAst>(),
        _ => [],
    };

    private static object? ConstantOf(ExpressionAst? expression)
    {
        try
        {
            return expression?.SafeGetValue() is { } value and not IDictionary ? value : null;
        }
        catch (InvalidOperationException)
        {
            // Not a constant. The value is known only when the command runs.
            return null;
        }
    }
}
