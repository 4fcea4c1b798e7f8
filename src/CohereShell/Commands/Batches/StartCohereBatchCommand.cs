using System.Collections.Generic;
using System.Management.Automation;
using CohereShell.Completion;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Start-CohereBatch: has the requests in a dataset answered. See <see href="https://docs.cohere.com/reference/create-batch"/>.</summary>
[Cmdlet(VerbsLifecycle.Start, "CohereBatch", SupportsShouldProcess = true)]
[OutputType(typeof(Batch))]
public sealed class StartCohereBatchCommand : CohereBodyCommand
{
    /// <summary>The dataset with the requests.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] DatasetId { get; set; } = [];

    /// <summary>The model that answers. There is no default: it depends on what the requests are for.</summary>
    [Parameter(Mandatory = true)]
    [ArgumentCompleter(typeof(AnyModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string Model { get; set; } = string.Empty;

    /// <summary>A name for the batch; the API needs one. Without it, one is made of the dataset's id.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields =>
    [
        ("input_dataset_id", "-DatasetId"),
        ("model", "-Model"),
        ("name", "-Name"),
    ];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in DatasetId)
        {
            if (!ShouldProcess(DisplayText.OneLine($"dataset {id}, model {Model}", 200), "Start a batch"))
            {
                continue;
            }

            try
            {
                var request = new BatchRequest { DatasetId = id, Model = Model, Name = Name ?? $"batch-{id}" };
                WriteObject(Run(token => Client.Batches.CreateAsync(request, Options, token)));
            }
            catch (CohereException exception)
            {
                WriteFailure(exception, id);
            }
        }
    }
}
