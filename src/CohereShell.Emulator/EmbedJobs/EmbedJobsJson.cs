using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>An embed job in a response.</summary>
internal sealed record SentEmbedJob(
    string JobId,
    string? Name,
    string Status,
    string CreatedAt,
    string InputDatasetId,
    string? OutputDatasetId,
    string Model,
    string Truncate,
    ResponseMeta Meta);

internal sealed record SentEmbedJobList(IReadOnlyList<SentEmbedJob> EmbedJobs);

/// <summary>The id of a new embed job.</summary>
internal sealed record SentEmbedJobId(string JobId, ResponseMeta Meta);

/// <summary>Serialization code for responses about embed jobs.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentEmbedJobList))]
[JsonSerializable(typeof(SentEmbedJobId))]
internal sealed partial class EmbedJobsJson : JsonSerializerContext;
