using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>A batch in a response. 64-bit numbers are strings, because not every client can read such large numbers.</summary>
internal sealed record SentBatch(
    string Id,
    string Name,
    string CreatorId,
    string OrgId,
    string Status,
    string CreatedAt,
    string UpdatedAt,
    string InputDatasetId,
    string? OutputDatasetId,
    string InputTokens,
    string OutputTokens,
    string Model,
    int NumRecords,
    int NumSuccessfulRecords,
    int NumFailedRecords,
    string? StatusReason);

/// <summary>The response to a request for a batch.</summary>
internal sealed record SentBatchAnswer(SentBatch Batch);

internal sealed record SentBatchPage(IReadOnlyList<SentBatch> Batches, string? NextPageToken);

/// <summary>Serialization code for responses about batches.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentBatchAnswer))]
[JsonSerializable(typeof(SentBatchPage))]
internal sealed partial class BatchesJson : JsonSerializerContext;
