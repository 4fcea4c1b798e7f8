using CohereShell.Completion;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Get-CohereFineTunedModel: gets fine-tuned models and their progress. See <see
/// href="https://docs.cohere.com/reference/listfinetunedmodels"/>.
/// </summary>
[Cmdlet(VerbsCommon.Get, "CohereFineTunedModel", HelpUri = OnlineHelp.ListFineTunedModels, DefaultParameterSetName = ListSet)]
[OutputType(typeof(FineTunedModel))]
public sealed class GetCohereFineTunedModelCommand : CohereIdCommand
{
    private const string ListSet = "List";
    private const string IdSet = "Id";

    /// <summary>Ids of the models.</summary>
    [Parameter(ParameterSetName = IdSet, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(FineTunedModel), nameof(FineTunedModel.ModelId))]
    [ArgumentCompleter(typeof(FineTunedModelIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? ModelId { get; set; }

    /// <summary>Gets only models with one of these statuses.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    public FineTuningStatus[]? Status { get; set; }

    /// <summary>Order of the list. By default, the service decides.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateSet("created_at", "created_at desc")]
    public string? OrderBy { get; set; }

    private protected override string Noun => "fine-tuned model";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ModelId is null)
        {
            WriteList(token => Client.FineTuning.ListAsync(OrderBy, Options, token), model => Status?.Contains(model.Status) != false);
            return;
        }

        foreach (string id in ModelId)
        {
            ForId(id, _ => WriteObject(Run(token => Client.FineTuning.GetAsync(id, Options, token))));
        }
    }
}
