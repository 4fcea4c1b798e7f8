namespace CohereShell.Commands;

/// <summary>
/// Get-CohereFineTuningMetric: gets the evaluation metrics of a fine-tuned model for each step of its training. See
/// <see href="https://docs.cohere.com/reference/listtrainingstepmetrics"/>.
/// </summary>
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

    /// <summary>Adds each metric as a property. The model determines the metrics, and a table needs columns.</summary>
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
