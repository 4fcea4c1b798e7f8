namespace CohereShell.Emulation;

/// <summary>The output of a job as a dataset.</summary>
internal static class OutputDataset
{
    internal static StoredDataset Add(DatasetStore datasets, string name, string type, AvroSchema schema, IReadOnlyList<StoredPart> parts)
    {
        string ownName = name + "-output";
        return datasets.Items.Add(sequence => new StoredDataset
        {
            Id = DatasetId.Make(ownName, sequence),
            Name = ownName,
            Type = type,
            Status = StoredDataset.Validated,
            Schema = schema.ToJson(),
            Parts = parts,
        });
    }
}
