using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>JSON serialization of embed jobs, generated at build time.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(WholeNumberConverter), typeof(FractionConverter), typeof(AnswerConverters)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EmbedJobRequest), GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(WireEmbedJobId))]
[JsonSerializable(typeof(WireEmbedJobList))]
[JsonSerializable(typeof(EmbedJob))]
internal sealed partial class EmbedJobsJsonContext : JsonSerializerContext
{
}
