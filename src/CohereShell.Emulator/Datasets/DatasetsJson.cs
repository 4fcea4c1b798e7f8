using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>A dataset in a response.</summary>
internal sealed record SentDataset(
    string Id,
    string Name,
    string CreatedAt,
    string UpdatedAt,
    string DatasetType,
    string ValidationStatus,
    string? ValidationError,
    string? Schema,
    IReadOnlyList<string> RequiredFields,
    IReadOnlyList<string> PreserveFields,
    IReadOnlyList<SentPart> DatasetParts,
    IReadOnlyList<string> ValidationWarnings,
    SentMetrics? Metrics);

/// <summary>A file of a dataset.</summary>
internal sealed record SentPart(
    string Id, string Name, string Url, int Index, long SizeBytes, int NumRows, string? OriginalUrl, IReadOnlyList<string> Samples);

/// <summary>The metrics of a dataset for training.</summary>
internal sealed record SentMetrics(SentCounts FinetuneDatasetMetrics);

/// <summary>The counts and sizes of the examples for training and evaluation.</summary>
internal sealed record SentCounts(long TotalExamples, long TrainExamples, long TrainSizeBytes, long EvalExamples, long EvalSizeBytes);

/// <summary>The response to a request for a dataset.</summary>
internal sealed record SentDatasetAnswer(SentDataset Dataset);

internal sealed record SentDatasetList(IReadOnlyList<SentDataset> Datasets);

/// <summary>The id of a new dataset.</summary>
internal sealed record SentDatasetId(string Id);

/// <summary>The space that datasets use.</summary>
internal sealed record SentDatasetUsage(long OrganizationUsage);

/// <summary>Serialization code for responses about datasets.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentDatasetAnswer))]
[JsonSerializable(typeof(SentDatasetList))]
[JsonSerializable(typeof(SentDatasetId))]
[JsonSerializable(typeof(SentDatasetUsage))]
internal sealed partial class DatasetsJson : JsonSerializerContext;
