namespace CohereShell;

internal sealed class WireDatasetList
{
    public List<WireDataset?>? Datasets { get; set; }
}

internal sealed class WireDatasetAnswer
{
    public WireDataset? Dataset { get; set; }
}

internal sealed class WireCreatedDataset
{
    public string? Id { get; set; }
}

internal sealed class WireDatasetUsage
{
    public long? OrganizationUsage { get; set; }
}

internal sealed class WireDatasetPart
{
    public string? Id { get; set; }

    public string? Name { get; set; }

    public string? Url { get; set; }

    public int? Index { get; set; }

    public long? SizeBytes { get; set; }

    public long? NumRows { get; set; }

    public string? OriginalUrl { get; set; }

    public List<string>? Samples { get; set; }

    public DatasetPart ToPart() => new()
    {
        PartId = Id ?? string.Empty,
        Name = Name ?? string.Empty,
        Index = Index ?? 0,
        RowCount = NumRows,
        SizeBytes = SizeBytes,
        Url = NullIfEmpty(Url),
        OriginalUrl = NullIfEmpty(OriginalUrl),
        Samples = Samples?.ToArray() ?? [],
    };

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

internal sealed class WireDataset
{
    public string? Id { get; set; }

    public string? Name { get; set; }

    public string? DatasetType { get; set; }

    public string? ValidationStatus { get; set; }

    public string? ValidationError { get; set; }

    public List<string>? ValidationWarnings { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }

    public string? Schema { get; set; }

    public List<string>? RequiredFields { get; set; }

    public List<string>? PreserveFields { get; set; }

    public List<WireDatasetPart?>? DatasetParts { get; set; }

    public JsonElement Metrics { get; set; }

    public Dataset ToDataset() => new()
    {
        DatasetId = Id ?? string.Empty,
        Name = Name ?? string.Empty,
        Type = DatasetType ?? string.Empty,
        // An unknown status must not hide the dataset.
        ValidationStatus = Enum.TryParse(ValidationStatus, ignoreCase: true, out DatasetValidationStatus status) ? status : DatasetValidationStatus.Unknown,
        ValidationError = string.IsNullOrEmpty(ValidationError) ? null : ValidationError,
        ValidationWarnings = ValidationWarnings?.ToArray() ?? [],
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
        AvroSchema = string.IsNullOrEmpty(Schema) ? null : Schema,
        RequiredFields = RequiredFields?.ToArray() ?? [],
        KeptFields = PreserveFields?.ToArray() ?? [],
        Parts = DatasetParts?.OfType<WireDatasetPart>().Select(part => part.ToPart()).OrderBy(part => part.Index).ToArray() ?? [],
        Metrics = CountsIn(Metrics),
    };

    private static Dictionary<string, object?> CountsIn(JsonElement metrics) =>
        metrics.ValueKind == JsonValueKind.Object && metrics.TryGetProperty("finetune_dataset_metrics", out JsonElement inner) && inner.ValueKind == JsonValueKind.Object
            ? JsonValues.ToDictionary(inner)
            : [];
}
