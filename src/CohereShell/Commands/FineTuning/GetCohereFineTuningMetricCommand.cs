using System.Collections.Generic;
using System.Management.Automation;
using CohereShell.Completion;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Get-CohereFineTuningMetric: how a training went, step by step. See <see href="https://docs.cohere.com/reference/listtrainingstepmetrics"/>.</summary>
[Cmdlet(VerbsCommon.Get, "CohereFineTuningMetric")]
[OutputType(typeof(FineTuningMetric))]
public sealed class GetCohereFineTuningMetricCommand : CohereIdCommand
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
            ForId(id, WriteMetrics);
        }
    }

    private void WriteMetrics(string id)
    {
        foreach (FineTuningMetric step in Pull(token => Client.FineTuning.ListMetricsAsync(id, Options, token)))
        {
            WriteObject(WithColumns(step));
        }
    }

    /// <summary>Each metric as a property too: which there are depends on the model, and a table needs columns.</summary>
    private static PSObject WithColumns(FineTuningMetric step)
    {
        PSObject row = PSObject.AsPSObject(step);
        foreach (KeyValuePair<string, double> metric in step.Metrics)
        {
            if (row.Properties[metric.Key] is null)
            {
                row.Properties.Add(new PSNoteProperty(metric.Key, metric.Value));
            }
        }

        return row;
    }
}
