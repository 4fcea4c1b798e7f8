namespace CohereShell.Emulation;

/// <summary>A type of dataset.</summary>
/// <param name="Name">Its name.</param>
/// <param name="RequiredFields">The fields that each row has.</param>
/// <param name="Check">What is wrong with a row that has them all; null for nothing.</param>
internal sealed record DatasetKind(string Name, IReadOnlyList<string> RequiredFields, Func<JsonElement, string?> Check)
{
    /// <summary>Whether models are trained with it.</summary>
    internal bool IsForTraining => Name.EndsWith("-finetune-input", StringComparison.Ordinal);

    /// <summary>Whether it holds the requests of a batch.</summary>
    internal bool IsForBatches => Name.StartsWith("batch-", StringComparison.Ordinal);
}
