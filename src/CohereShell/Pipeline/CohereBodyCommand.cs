using System.Collections;
using System.Text.Json;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Json;

namespace CohereShell.Pipeline;

/// <summary>The base of commands whose calls have a body, to which the user can add fields.</summary>
public abstract class CohereBodyCommand : CohereApiCommand
{
    private RequestOptions? _optionsWithoutBody;

    /// <summary>Fields to add to the request body, for API features that don't have a parameter yet.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public IDictionary? AdditionalProperty { get; set; }

    /// <summary>
    /// Fields that only parameters can set, with these parameters. The module needs their values for limits, usage
    /// and reading the answer.
    /// </summary>
    private protected virtual IReadOnlyList<(string Field, string Parameter)> OwnFields => [("model", "-Model")];

    /// <summary>The options for the command's calls without a body, to which fields can't be added.</summary>
    internal RequestOptions OptionsWithoutBody => _optionsWithoutBody ??= Options with { AdditionalProperties = null };

    private protected sealed override IReadOnlyDictionary<string, JsonElement>? AdditionalProperties()
    {
        if (AdditionalProperty is null)
        {
            return null;
        }

        string[] names = AdditionalProperty.Keys.Cast<object>().Select(key => key.ToString() ?? string.Empty).ToArray();
        foreach ((string field, string parameter) in OwnFields.Where(own => names.Contains(own.Field)))
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination($"-AdditionalProperty can't set '{field}'.", $"Use {parameter}."));
        }

        try
        {
            return PowerShellJson.ToElement(AdditionalProperty).EnumerateObject().ToDictionary(property => property.Name, property => property.Value);
        }
        catch (NotJsonException exception)
        {
            ThrowTerminatingError(ErrorRecords.NotJson(exception, AdditionalProperty));
            throw;
        }
    }
}
