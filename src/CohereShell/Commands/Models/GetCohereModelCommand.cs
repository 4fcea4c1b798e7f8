using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Get-CohereModel: the models of the account, all pages of them.</summary>
[Cmdlet(VerbsCommon.Get, "CohereModel", HelpUri = OnlineHelp.ListModels, DefaultParameterSetName = ListSet)]
[OutputType(typeof(CohereModel))]
public sealed class GetCohereModelCommand : CohereApiCommand
{
    private const string ListSet = "List";
    private const string NameSet = "Name";

    /// <summary>Models of these names; wildcards allowed.</summary>
    [Parameter(ParameterSetName = NameSet, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Model")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(AnyModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Only models that work with this endpoint.</summary>
    [Parameter]
    [AllowNull]
    public ModelEndpoint? Endpoint { get; set; }

    /// <summary>Only the model that the endpoint uses where none is named. Needs -Endpoint.</summary>
    [Parameter(ParameterSetName = ListSet)]
    public SwitchParameter Default { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Default && Endpoint is null)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                "-Default needs -Endpoint: each endpoint has a default of its own.",
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
                WriteError(ErrorRecords.InvalidValue(exception.PlainMessage(), "Get-CohereModel without a name lists the models.", name, exception));
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
