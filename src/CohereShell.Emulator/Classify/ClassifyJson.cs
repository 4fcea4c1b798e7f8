using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>A response of classify.</summary>
internal sealed record SentClassifications(string Id, IReadOnlyList<SentClassification> Classifications, ResponseMeta Meta);

/// <summary>The labels of an input.</summary>
internal sealed record SentClassification(
    string Id,
    string Input,
    string Prediction,
    IReadOnlyList<string> Predictions,
    decimal Confidence,
    IReadOnlyList<decimal> Confidences,
    IReadOnlyDictionary<string, SentConfidence> Labels,
    string ClassificationType);

/// <summary>The confidence of a label.</summary>
internal sealed record SentConfidence(decimal Confidence);

/// <summary>Serialization code for responses of classify.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentClassifications))]
internal sealed partial class ClassifyJson : JsonSerializerContext;
