using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>A fine-tuned model in an answer.</summary>
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
/// What a model is made from. The key for Weights &amp; Biases is not told again, and without it the rest of that must not
/// be told either.
/// </summary>
internal sealed record SentSettings(SentBaseModel BaseModel, string DatasetId, TrainingParameters Hyperparameters, bool? MultiLabel);

/// <summary>The model that is trained.</summary>
internal sealed record SentBaseModel(string Name, string Version, string BaseType, string? Strategy);

/// <summary>The answer to a request for a fine-tuned model.</summary>
internal sealed record SentFineTunedModelAnswer(SentFineTunedModel FinetunedModel);

/// <summary>A page of fine-tuned models. The last page has a token too, and it is empty.</summary>
internal sealed record SentFineTunedModelPage(IReadOnlyList<SentFineTunedModel> FinetunedModels, string NextPageToken, int TotalSize);

/// <summary>A change of a model's status.</summary>
internal sealed record SentStatusChange(string UserId, string Status, string CreatedAt);

/// <summary>A page of a model's history.</summary>
internal sealed record SentHistoryPage(IReadOnlyList<SentStatusChange> Events, string NextPageToken, int TotalSize);

/// <summary>A step of a training.</summary>
internal sealed record SentStep(string CreatedAt, long StepNumber, SentStepMetrics Metrics);

/// <summary>How good a model was at a step.</summary>
internal sealed record SentStepMetrics(double Accuracy, double CrossEntropy);

internal sealed record SentStepPage(IReadOnlyList<SentStep> StepMetrics, string NextPageToken);

/// <summary>Serialization code for answers about fine-tuned models.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentFineTunedModelAnswer))]
[JsonSerializable(typeof(SentFineTunedModelPage))]
[JsonSerializable(typeof(SentHistoryPage))]
[JsonSerializable(typeof(SentStepPage))]
internal sealed partial class FineTuningJson : JsonSerializerContext;
