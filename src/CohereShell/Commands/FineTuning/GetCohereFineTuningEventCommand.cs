using System.Management.Automation;
using CohereShell.Completion;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Get-CohereFineTuningEvent: what has happened to a fine-tuned model. See <see href="https://docs.cohere.com/reference/listevents"/>.</summary>
[Cmdlet(VerbsCommon.Get, "CohereFineTuningEvent")]
[OutputType(typeof(FineTuningEvent))]
public sealed class GetCohereFineTuningEventCommand : CohereIdCommand
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
            ForId(id, WriteEvents);
        }
    }

    private void WriteEvents(string id)
    {
        foreach (FineTuningEvent item in Pull(token => Client.FineTuning.ListEventsAsync(id, Options, token)))
        {
            WriteObject(item);
        }
    }
}
