using System.Collections;
using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Json;

namespace CohereShell.Pipeline;

/// <summary>The base of commands whose calls have a body: fields can be added to it.</summary>
public abstract class CohereBodyCommand : CohereApiCommand
{
    private RequestOptions? _optionsWithoutBody;

    /// <summary>Fields to merge into the body, for what has no parameter yet.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? AdditionalProperty { get; set; }

    /// <summary>
    /// Fields that this side has to know, and the parameters that set them: what goes out under them decides limits,
    /// usage and how the answer is read.
    /// </summary>
    private protected virtual IReadOnlyList<(string Field, string Parameter)> OwnFields => [("model", "-Model")];

    /// <summary>For calls of the command that have no body to which anything could be added.</summary>
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
            ThrowTerminatingError(ErrorRecords.InvalidCombination($"-AdditionalProperty cannot set '{field}'.", $"Use {parameter}."));
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
