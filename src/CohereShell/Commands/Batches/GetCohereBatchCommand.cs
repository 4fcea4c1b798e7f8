using CohereShell.Completion;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Get-CohereBatch: gets batches and their progress. See <see
/// href="https://docs.cohere.com/reference/list-batches"/>.
/// </summary>
[Cmdlet(VerbsCommon.Get, "CohereBatch", HelpUri = OnlineHelp.ListBatches, DefaultParameterSetName = ListSet)]
[OutputType(typeof(Batch))]
public sealed class GetCohereBatchCommand : CohereIdCommand
{
    private const string ListSet = "List";
    private const string IdSet = "Id";

    /// <summary>Ids of the batches.</summary>
    [Parameter(ParameterSetName = IdSet, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(Batch), nameof(Batch.BatchId))]
    [ArgumentCompleter(typeof(BatchIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? BatchId { get; set; }

    /// <summary>Gets only batches with one of these statuses.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    public BatchStatus[]? Status { get; set; }

    /// <summary>Order of the list. By default, the service decides.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateSet("created_at", "created_at desc", "updated_at", "updated_at desc")]
    public string? OrderBy { get; set; }

    private protected override string Noun => "batch";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (BatchId is null)
        {
            WriteList(token => Client.Batches.ListAsync(OrderBy, Options, token), batch => Status?.Contains(batch.Status) != false);
            return;
        }

        foreach (string id in BatchId)
        {
            ForId(id, _ => WriteObject(Run(token => Client.Batches.GetAsync(id, Options, token))));
        }
    }
}
