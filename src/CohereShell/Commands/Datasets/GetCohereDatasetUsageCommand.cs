using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Get-CohereDatasetUsage: gets the storage that the organization's datasets use.</summary>
[Cmdlet(VerbsCommon.Get, "CohereDatasetUsage", HelpUri = OnlineHelp.GetDatasetUsage)]
[OutputType(typeof(DatasetUsage))]
public sealed class GetCohereDatasetUsageCommand : CohereApiCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            WriteObject(Run(token => Client.Datasets.GetUsageAsync(Options, token)));
        }
        catch (CohereException exception)
        {
            WriteFailure(exception, null);
        }
    }
}
