using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>
/// Set-CohereFineTunedModel: changes the name or the settings of a fine-tuned model. See <see
/// href="https://docs.cohere.com/reference/updatefinetunedmodel"/>.
/// </summary>
[Cmdlet(VerbsCommon.Set, "CohereFineTunedModel", HelpUri = OnlineHelp.UpdateFineTunedModel, SupportsShouldProcess = true)]
[OutputType(typeof(FineTunedModel))]
public sealed class SetCohereFineTunedModelCommand : HyperparameterCommand
{
    private static readonly string[] Changes =
    [
        nameof(Name), nameof(DatasetId), nameof(AdditionalProperty), nameof(TrainEpochs), nameof(TrainBatchSize), nameof(LearningRate),
        nameof(EarlyStoppingPatience), nameof(EarlyStoppingThreshold), nameof(LoraAlpha), nameof(LoraRank), nameof(LoraTargetModules),
    ];

    /// <summary>Id of the model to change.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(FineTunedModel), nameof(FineTunedModel.ModelId))]
    [ArgumentCompleter(typeof(FineTunedModelIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string ModelId { get; set; } = string.Empty;

    /// <summary>New name of the model.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Name { get; set; }

    /// <summary>Id of another dataset to train with.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DatasetIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? DatasetId { get; set; }

    /// <summary>Returns the changed model.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (!Changes.Any(IsBound))
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("There is nothing to change.", "Specify a new value, for example with -Name."));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess(DisplayText.OneLine(ModelId, 200), "Change the fine-tuned model"))
        {
            return;
        }

        try
        {
            FineTunedModel model = Run(ChangeAsync);
            if (PassThru)
            {
                WriteObject(model);
            }
        }
        catch (CohereException exception)
        {
            WriteFailure(exception, ModelId);
        }
        catch (ArgumentException exception)
        {
            WriteError(ErrorRecords.InvalidValue(exception.PlainMessage(), "Specify the id of a model. Get-CohereFineTunedModel lists them.", ModelId, exception));
        }
    }

    private async Task<FineTunedModel> ChangeAsync(CancellationToken cancellationToken)
    {
        // The API replaces name and settings as a whole, so unchanged values must be sent too.
        FineTunedModel old = await Client.FineTuning.GetAsync(ModelId, OptionsWithoutBody, cancellationToken).ConfigureAwait(false);
        var request = new FineTunedModelRequest
        {
            Name = Name ?? old.Name,
            BaseType = old.BaseType,
            BaseModel = old.BaseModel,
            DatasetId = DatasetId ?? old.DatasetId,
            Hyperparameters = HyperparametersOver(old.Hyperparameters),
        };
        return await Client.FineTuning.UpdateAsync(ModelId, request, Options, cancellationToken).ConfigureAwait(false);
    }
}
