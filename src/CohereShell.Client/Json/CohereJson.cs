using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>Serialization code for everything that goes over the wire, generated at build time.</summary>
[JsonSourceGenerationOptions(
    Converters = [typeof(WholeNumberConverter), typeof(FractionConverter)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(EmbedRequest))]
[JsonSerializable(typeof(WireChatResponse))]
[JsonSerializable(typeof(WireChatEvent))]
[JsonSerializable(typeof(WireUsage))]
[JsonSerializable(typeof(WireModelList))]
[JsonSerializable(typeof(CohereModel))]
[JsonSerializable(typeof(ApiKeyStatus))]
[JsonSerializable(typeof(RerankRequest))]
[JsonSerializable(typeof(WireRerankResponse))]
[JsonSerializable(typeof(ClassifyRequest))]
[JsonSerializable(typeof(WireClassifyResponse))]
[JsonSerializable(typeof(WireTranscription))]
[JsonSerializable(typeof(WireDatasetList))]
[JsonSerializable(typeof(WireDatasetAnswer))]
[JsonSerializable(typeof(WireCreatedDataset))]
[JsonSerializable(typeof(WireDatasetUsage))]
[JsonSerializable(typeof(WireTokenizeRequest))]
[JsonSerializable(typeof(WireTokenizeResponse))]
[JsonSerializable(typeof(WireDetokenizeRequest))]
[JsonSerializable(typeof(WireDetokenizeResponse))]
[JsonSerializable(typeof(EmbedJobRequest))]
[JsonSerializable(typeof(WireEmbedJobId))]
[JsonSerializable(typeof(WireEmbedJobList))]
[JsonSerializable(typeof(EmbedJob))]
[JsonSerializable(typeof(BatchRequest))]
[JsonSerializable(typeof(WireBatch))]
[JsonSerializable(typeof(WireBatchList))]
[JsonSerializable(typeof(WireFineTunedModel))]
[JsonSerializable(typeof(WireFineTunedModelAnswer))]
[JsonSerializable(typeof(WireFineTunedModelList))]
[JsonSerializable(typeof(WireFineTuningEvents))]
[JsonSerializable(typeof(WireFineTuningMetrics))]
internal sealed partial class CohereJson : JsonSerializerContext
{
}
