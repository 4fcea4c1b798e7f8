using System.Management.Automation;
using CohereShell.Completion;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Remove-CohereFineTunedModel: deletes fine-tuned models. See <see href="https://docs.cohere.com/reference/deletefinetunedmodel"/>.</summary>
[Cmdlet(VerbsCommon.Remove, "CohereFineTunedModel", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveCohereFineTunedModelCommand : CohereIdCommand
{
    /// <summary>The ids of the models.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FineTunedModelIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] ModelId { get; set; } = [];

    private protected override string Noun => "fine-tuned model";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in ModelId)
        {
            if (ShouldProcess(DisplayText.OneLine(id, 200), "Delete the fine-tuned model for good"))
            {
                ForId(id, Remove);
            }
        }
    }

    private void Remove(string id) => Run(token => Client.FineTuning.DeleteAsync(id, Options, token));
}
