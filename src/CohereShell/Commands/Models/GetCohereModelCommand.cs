using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Get-CohereModel: gets the models of the account.</summary>
[Cmdlet(VerbsCommon.Get, "CohereModel", HelpUri = OnlineHelp.ListModels, DefaultParameterSetName = ListSet)]
[OutputType(typeof(CohereModel))]
public sealed class GetCohereModelCommand : CohereApiCommand
{
    private const string ListSet = "List";
    private const string NameSet = "Name";

    /// <summary>Names of the models. Wildcards are allowed.</summary>
    // Not by property name: jobs and datasets have a name that isn't a model's. The attribute takes the right property.
    [Parameter(ParameterSetName = NameSet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [IdTransformation(typeof(CohereModel), nameof(CohereModel.Name), Reference = "Model")]
    [Alias("Model")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(AnyModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Gets only models that work with this endpoint.</summary>
    [Parameter]
    [AllowNull]
    public ModelEndpoint? Endpoint { get; set; }

    /// <summary>Gets only the model that the endpoint uses by default. Requires -Endpoint.</summary>
    [Parameter(ParameterSetName = ListSet)]
    public SwitchParameter Default { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Default && Endpoint is null)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                "-Default requires -Endpoint: each endpoint has a different default.",
                "Add -Endpoint, for example: Get-CohereModel -Endpoint Chat -Default"));
        }

        foreach (string? name in Name ?? [null!])
        {
            try
            {
                WriteModels(name);
            }
            catch (CohereException exception)
            {
                WriteFailure(exception, name);
            }
            catch (ArgumentException exception)
            {
                WriteError(ErrorRecords.InvalidValue(exception.PlainMessage(), "Run Get-CohereModel without a name to list the models.", name, exception));
            }
        }
    }

    private void WriteModels(string? name)
    {
        if (name is not null && !WildcardPattern.ContainsWildcardCharacters(name) && Endpoint is null)
        {
            WriteObject(Run(token => Client.Models.GetAsync(name, Options, token)));
            return;
        }

        var pattern = WildcardPattern.Get(name ?? "*", WildcardOptions.IgnoreCase);
        IEnumerable<CohereModel> models = Pull(token => Client.Models.ListAsync(Endpoint, Default, Options, token));
        foreach (CohereModel model in models.Where(model => pattern.IsMatch(model.Name)))
        {
            WriteObject(model);
        }
    }
}
