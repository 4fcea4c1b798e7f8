using CohereShell.Completion;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>The base of commands that process a list of fine-tuned models.</summary>
public abstract class FineTunedModelCommand : CohereIdCommand
{
    /// <summary>Ids of the models.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(FineTunedModel), nameof(FineTunedModel.ModelId))]
    [ArgumentCompleter(typeof(FineTunedModelIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] ModelId { get; set; } = [];

    private protected sealed override string Noun => "fine-tuned model";

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        foreach (string id in ModelId)
        {
            ForId(id, Process);
        }
    }

    /// <summary>Processes one model.</summary>
    private protected abstract void Process(string id);
}
