using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>The settings of a batch. See <see href="https://docs.cohere.com/reference/create-batch"/>.</summary>
public sealed record BatchRequest
{
    /// <summary>The name of the batch.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The dataset with the requests.</summary>
    [JsonPropertyName("input_dataset_id")]
    public string DatasetId { get; init; } = string.Empty;

    /// <summary>The model that processes the requests.</summary>
    public string Model { get; init; } = string.Empty;
}

internal sealed class WireBatch
{
    public Batch? Batch { get; set; }
}

internal sealed class WireBatchList : ITokenPage<Batch>
{
    public List<Batch?>? Batches { get; set; }

    public string? NextPageToken { get; set; }

    [JsonIgnore]
    public IReadOnlyList<Batch?>? Items => Batches;
}
