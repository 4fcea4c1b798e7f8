namespace CohereShell.Commands;

/// <summary>Remove-CohereFineTunedModel: deletes fine-tuned models. See <see href="https://docs.cohere.com/reference/deletefinetunedmodel"/>.</summary>
[Cmdlet(VerbsCommon.Remove, "CohereFineTunedModel", HelpUri = OnlineHelp.DeleteFineTunedModel, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveCohereFineTunedModelCommand : FineTunedModelCommand
{
    private protected override void Process(string id)
    {
        if (ShouldProcess(DisplayText.OneLine(id, 200), "Delete the fine-tuned model for good"))
        {
            Run(token => Client.FineTuning.DeleteAsync(id, Options, token));
        }
    }
}
