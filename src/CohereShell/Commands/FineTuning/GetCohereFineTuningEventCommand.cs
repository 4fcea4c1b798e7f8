namespace CohereShell.Commands;

/// <summary>
/// Get-CohereFineTuningEvent: gets the status history of fine-tuned models. See <see
/// href="https://docs.cohere.com/reference/listevents"/>.
/// </summary>
[Cmdlet(VerbsCommon.Get, "CohereFineTuningEvent", HelpUri = OnlineHelp.ListEvents)]
[OutputType(typeof(FineTuningEvent))]
public sealed class GetCohereFineTuningEventCommand : FineTunedModelCommand
{
    /// <summary>Order of the list. By default, the service decides.</summary>
    [Parameter]
    [ValidateSet("created_at", "created_at desc")]
    public string? OrderBy { get; set; }

    private protected override void Process(string id)
    {
        foreach (FineTuningEvent item in Pull(token => Client.FineTuning.ListEventsAsync(id, OrderBy, Options, token)))
        {
            WriteObject(item);
        }
    }
}
