using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>A response of rerank.</summary>
internal sealed record SentRanking(string Id, IReadOnlyList<SentRank> Results, ResponseMeta Meta);

/// <summary>A document, identified by its position in the request.</summary>
internal sealed record SentRank(int Index, decimal RelevanceScore)
{
    /// <summary>The document itself, which only v1 returns.</summary>
    public JsonElement? Document { get; init; }
}

/// <summary>Serialization code for responses of rerank.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentRanking))]
internal sealed partial class RerankJson : JsonSerializerContext;
