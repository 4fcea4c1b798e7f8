using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>A batch in an answer. Numbers of 64 bits are texts: not every client has numbers that large.</summary>
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

/// <summary>The answer to a request for a batch.</summary>
internal sealed record SentBatchAnswer(SentBatch Batch);

internal sealed record SentBatchPage(IReadOnlyList<SentBatch> Batches, string? NextPageToken);

/// <summary>Serialization code for answers about batches.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentBatchAnswer))]
[JsonSerializable(typeof(SentBatchPage))]
internal sealed partial class BatchesJson : JsonSerializerContext;
