namespace CohereShell.Emulation;

/// <summary>A type of model that can be trained.</summary>
/// <param name="BaseType">The name of the type.</param>
/// <param name="BaseModel">The default base model.</param>
/// <param name="DatasetTypes">The types of datasets that it can be trained with.</param>
internal sealed record FineTuningKind(string BaseType, string BaseModel, IReadOnlyList<string> DatasetTypes)
{
    internal static IReadOnlyList<FineTuningKind> All { get; } =
    [
        new("BASE_TYPE_CHAT", "command-r-08-2024", ["chat-finetune-input"]),
        new("BASE_TYPE_CLASSIFICATION", "embed-english-v3.0", ["single-label-classification-finetune-input", DatasetKinds.MultiLabel]),
        new("BASE_TYPE_RERANK", "rerank-english-v3.0", ["reranker-finetune-input"]),
    ];

    /// <exception cref="EmulatorException">The type can't be trained.</exception>
    internal static FineTuningKind Read(Field field)
    {
        string name = field.Text() ?? throw field.Invalid("is required");
        return All.FirstOrDefault(kind => string.Equals(kind.BaseType, name, StringComparison.Ordinal))
            ?? throw field.Invalid($"must be one of {string.Join(", ", All.Select(kind => kind.BaseType))} - received '{name}'.");
    }
}
