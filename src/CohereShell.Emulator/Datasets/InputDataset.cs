namespace CohereShell.Emulation;

/// <summary>The input dataset of a job.</summary>
internal static class InputDataset
{
    /// <exception cref="EmulatorException">The dataset doesn't exist or isn't suitable for the job.</exception>
    internal static StoredDataset Read(DatasetStore datasets, Field field, Func<DatasetKind, bool> fits)
    {
        string id = field.Text() is { Length: > 0 } text ? text : throw field.Invalid("is required");
        StoredDataset dataset = datasets.Items.Get(id);
        if (DatasetKinds.Find(dataset.Type) is not { } kind || !fits(kind) || dataset.Data is null)
        {
            throw field.Invalid($"is a dataset of type '{dataset.Type}', which cannot be used for this");
        }

        return dataset.Status == StoredDataset.Validated
            ? dataset
            : throw field.Invalid($"is a dataset whose validation status is '{dataset.Status}', and must be 'validated'");
    }
}
