namespace CohereShell.Emulation;

/// <summary>A type of dataset.</summary>
/// <param name="Name">The name of the type.</param>
/// <param name="RequiredFields">The fields that each row must have.</param>
/// <param name="Check">Checks a row that has all of them, and returns the error. Null if the row is valid.</param>
internal sealed record DatasetKind(string Name, IReadOnlyList<string> RequiredFields, Func<JsonElement, string?> Check)
{
    /// <summary>Whether the dataset is for training models.</summary>
    internal bool IsForTraining => Name.EndsWith("-finetune-input", StringComparison.Ordinal);

    /// <summary>Whether the dataset contains the requests of a batch.</summary>
    internal bool IsForBatches => Name.StartsWith("batch-", StringComparison.Ordinal);
}
