using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Remove-CohereDataset: deletes datasets.</summary>
[Cmdlet(VerbsCommon.Remove, "CohereDataset", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveCohereDatasetCommand : CohereApiCommand
{
    /// <summary>The ids of datasets.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DatasetIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] DatasetId { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in DatasetId)
        {
            if (!ShouldProcess(DisplayText.OneLine(id, 100), "Delete the dataset and its files"))
            {
                continue;
            }

            try
            {
                Run(token => DeleteAsync(id, token));
            }
            catch (CohereException exception)
            {
                WriteFailure(exception, id);
            }
            catch (ArgumentException exception)
            {
                WriteError(ErrorRecords.InvalidValue(exception.PlainMessage(), "Get-CohereDataset lists the datasets.", id, exception));
            }
        }
    }

    private async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await Client.Datasets.DeleteAsync(id, Options, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
