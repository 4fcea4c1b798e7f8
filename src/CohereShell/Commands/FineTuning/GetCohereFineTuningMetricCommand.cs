namespace CohereShell.Commands;

/// <summary>Get-CohereFineTuningMetric: how a training went, step by step. See <see href="https://docs.cohere.com/reference/listtrainingstepmetrics"/>.</summary>
[Cmdlet(VerbsCommon.Get, "CohereFineTuningMetric", HelpUri = OnlineHelp.ListTrainingStepMetrics)]
[OutputType(typeof(FineTuningMetric))]
public sealed class GetCohereFineTuningMetricCommand : FineTunedModelCommand
{
    private protected override void Process(string id)
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
