namespace CohereShell.Emulation;

/// <summary>Starts an embed job: <see href="https://docs.cohere.com/reference/create-embed-job"/>.</summary>
internal sealed class EmulatedCreateEmbedJob(DatasetJobs<StoredEmbedJob> jobs) : EmulatedOperation
{
    private static readonly string[] InputTypes = ["search_document", "search_query", "classification", "clustering", "image"];
    private static readonly string[] Types = ["float", "int8", "uint8", "binary", "ubinary"];

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        Field root = Field.Root(body.RootElement);
        EmulatedModel model = ReadModel(root["model"]);
        string inputType = root["input_type"].OneOf(InputTypes)
            ?? throw new EmulatorException(400, "invalid request: valid input_type must be provided with the provided model");
        string name = root["name"].Text() ?? string.Empty;
        string truncate = root["truncate"].OneOf("START", "END") ?? "END";
        string[] types = root["embedding_types"].Items().Select(item => item.OneOf(Types) ?? throw item.WrongType("string")).Distinct(StringComparer.Ordinal).ToArray();
        StoredDataset dataset = InputDataset.Read(jobs.Datasets, root["dataset_id"], kind => kind.Name == DatasetKinds.EmbedInput);
        StoredEmbedJob job = jobs.Add(sequence => new StoredEmbedJob
        {
            Id = StableHash.Id(FormattableString.Invariant($"embed-job {sequence}")),
            Name = name,
            InputDatasetId = dataset.Id,
            Model = model.Name,
            InputType = inputType,
            Truncate = truncate,
            Types = types.Length > 0 ? types : ["float"],
        });
        return EmulatorResponse.Json(new SentEmbedJobId(job.Id, ResponseMeta.Of("1")), EmbedJobsJson.Default.SentEmbedJobId);
    }

    // The API description requires a model, but the service uses this one by default.
    private static EmulatedModel ReadModel(Field field) =>
        field.IsPresent ? EmulatedModels.Named(field, "embed") : EmulatedModels.Get("embed-multilingual-v3.0");
}
