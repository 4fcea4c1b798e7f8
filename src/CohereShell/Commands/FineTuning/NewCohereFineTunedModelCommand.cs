using CohereShell.Completion;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>
/// New-CohereFineTunedModel: trains a model with a dataset. See <see
/// href="https://docs.cohere.com/reference/createfinetunedmodel"/>.
/// </summary>
[Cmdlet(VerbsCommon.New, "CohereFineTunedModel", HelpUri = OnlineHelp.CreateFineTunedModel, SupportsShouldProcess = true)]
[OutputType(typeof(FineTunedModel))]
public sealed class NewCohereFineTunedModelCommand : HyperparameterCommand
{
    /// <summary>Name of the new model.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string Name { get; set; } = string.Empty;

    /// <summary>What the model is for.</summary>
    [Parameter(Position = 1, Mandatory = true)]
    [ValidateSet(nameof(FineTuningBaseType.Chat), nameof(FineTuningBaseType.Classification), nameof(FineTuningBaseType.Rerank), nameof(FineTuningBaseType.Generative))]
    public FineTuningBaseType BaseType { get; set; }

    /// <summary>Id of the dataset to train with.</summary>
    [Parameter(Position = 2, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(Dataset), nameof(Dataset.DatasetId))]
    [ArgumentCompleter(typeof(DatasetIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string DatasetId { get; set; } = string.Empty;

    /// <summary>The model to fine-tune. By default, the service chooses a model for the type.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(BaseModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? BaseModel { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var request = new FineTunedModelRequest
        {
            Name = Name,
            BaseType = BaseType,
            BaseModel = BaseModel,
            DatasetId = DatasetId,
            Hyperparameters = HyperparametersOver(null),
        };
        EnsureAllowed((options, token) => Client.FineTuning.CreateAsync(request, options, token), DatasetId);
        if (!ShouldProcess(DisplayText.OneLine($"{Name}, dataset {DatasetId}; {DatasetCost.Of(this, DatasetId, BaseModel)}", 400), "Train a fine-tuned model"))
        {
            return;
        }

        try
        {
            WriteObject(Run(token => Client.FineTuning.CreateAsync(request, Options, token)));
        }
        catch (CohereException exception)
        {
            WriteFailure(exception, DatasetId);
        }
    }
}
