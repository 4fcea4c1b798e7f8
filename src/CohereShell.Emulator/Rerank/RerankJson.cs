using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>An answer of rerank.</summary>
internal sealed record SentRanking(string Id, IReadOnlyList<SentRank> Results, ResponseMeta Meta);

/// <summary>A document by its place in the request.</summary>
internal sealed record SentRank(int Index, decimal RelevanceScore);

/// <summary>Serialization code for answers of rerank.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentRanking))]
internal sealed partial class RerankJson : JsonSerializerContext;
