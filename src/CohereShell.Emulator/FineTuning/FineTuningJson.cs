using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>A fine-tuned model in a response.</summary>
internal sealed record SentFineTunedModel(
    string Id,
    string Name,
    string CreatorId,
    string OrganizationId,
    SentSettings Settings,
    string Status,
    string CreatedAt,
    string UpdatedAt,
    string? CompletedAt);

/// <summary>
/// The settings of a model. The Weights &amp; Biases settings are left out, because they must not be returned without
/// their key, and the key is secret.
/// </summary>
internal sealed record SentSettings(SentBaseModel BaseModel, string DatasetId, TrainingParameters Hyperparameters, bool? MultiLabel);

/// <summary>The base model of a training.</summary>
internal sealed record SentBaseModel(string Name, string Version, string BaseType, string? Strategy);

/// <summary>The response to a request for a fine-tuned model.</summary>
internal sealed record SentFineTunedModelAnswer(SentFineTunedModel FinetunedModel);

/// <summary>A page of fine-tuned models. The last page has an empty token.</summary>
internal sealed record SentFineTunedModelPage(IReadOnlyList<SentFineTunedModel> FinetunedModels, string NextPageToken, int TotalSize);

/// <summary>A change of a model's status.</summary>
internal sealed record SentStatusChange(string UserId, string Status, string CreatedAt);

/// <summary>A page of a model's events.</summary>
internal sealed record SentHistoryPage(IReadOnlyList<SentStatusChange> Events, string NextPageToken, int TotalSize);

/// <summary>A training step.</summary>
internal sealed record SentStep(string CreatedAt, long StepNumber, SentStepMetrics Metrics);

/// <summary>The metrics of a training step.</summary>
internal sealed record SentStepMetrics(double Accuracy, double CrossEntropy);

internal sealed record SentStepPage(IReadOnlyList<SentStep> StepMetrics, string NextPageToken);

/// <summary>Serialization code for responses about fine-tuned models.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentFineTunedModelAnswer))]
[JsonSerializable(typeof(SentFineTunedModelPage))]
[JsonSerializable(typeof(SentHistoryPage))]
[JsonSerializable(typeof(SentStepPage))]
internal sealed partial class FineTuningJson : JsonSerializerContext;
