namespace CohereShell.Emulation;

/// <summary>Uploads a dataset: <see href="https://docs.cohere.com/reference/create-dataset"/>.</summary>
internal sealed class EmulatedCreateDataset(DatasetStore datasets) : EmulatedOperation
{
    private const int MaxNameLength = 49;

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string name = ReadName(request.Query("name"));
        DatasetKind kind = ReadKind(request.Query("type"));
        string[] keep = ReadFields(request, "keep_fields");
        string[] optional = ReadFields(request, "optional_fields");
        bool keepsOriginal = QueryValue.Flag(request, "keep_original_file");
        bool skipsMalformed = QueryValue.Flag(request, "skip_malformed_input");
        string? delimiter = request.Query("csv_delimiter");
        if (delimiter is { Length: > 1 })
        {
            throw new EmulatorException(400, "invalid request: csv_delimiter must be one character");
        }

        UploadForm form = UploadForm.Read(request);
        StoredUpload data = ReadFile(form["data"], "data", request.Upload!) ?? throw new EmulatorException(400, "invalid request: data is required");
        StoredUpload? eval = ReadFile(form["eval_data"], "eval_data", request.Upload!);
        if (eval is not null && !kind.IsForTraining)
        {
            throw new EmulatorException(400, $"invalid request: eval_data cannot be used with datasets of type {kind.Name}");
        }

        request.Upload!.Keep();
        StoredDataset dataset = datasets.Items.Add(sequence => new StoredDataset
        {
            Id = DatasetId.Make(name, sequence),
            Name = name,
            Type = kind.Name,
            KeepFields = keep,
            OptionalFields = optional,
            KeepsOriginal = keepsOriginal,
            SkipsMalformed = skipsMalformed,
            TextSeparator = request.Query("text_separator"),
            CsvDelimiter = delimiter,
            Data = data,
            EvalData = eval,
        });
        UploadValidation.Start(datasets, dataset.Id);
        return EmulatorResponse.Json(new SentDatasetId(dataset.Id), DatasetsJson.Default.SentDatasetId);
    }

    private static string ReadName(string? name)
    {
        if (name is null || name.Trim().Length == 0)
        {
            throw new EmulatorException(400, "invalid request: name is required");
        }

        return name.Length <= MaxNameLength
            ? name
            : throw new EmulatorException(400, FormattableString.Invariant($"invalid request: name must be less than {MaxNameLength + 1} characters - received {name.Length}"));
    }

    private static DatasetKind ReadKind(string? type)
    {
        if (string.IsNullOrEmpty(type))
        {
            throw new EmulatorException(400, "invalid request: type is required");
        }

        return DatasetKinds.Find(type)
            ?? throw new EmulatorException(
                400, $"invalid request: type must be one of {string.Join(", ", DatasetKinds.All.Select(kind => kind.Name))} - received '{type}'");
    }

    private static string[] ReadFields(EmulatorRequest request, string name)
    {
        IReadOnlyList<string> fields = request.QueryList(name);
        return fields.FirstOrDefault(field => !AvroSchema.IsName(field)) is { } wrong
            ? throw new EmulatorException(400, $"invalid request: {name} has '{wrong}', which is no name of a field")
            : fields.Distinct(StringComparer.Ordinal).ToArray();
    }

    private static StoredUpload? ReadFile(UploadPart? part, string name, UploadBody upload)
    {
        if (part is null)
        {
            return null;
        }

        string fileName = part.FileName is { Length: > 0 } given ? given.Substring(given.LastIndexOfAny(['/', '\\']) + 1) : name + ".jsonl";
        string extension = StoredUpload.ExtensionOf(fileName);
        if (!DatasetReader.Extensions.Contains(extension, StringComparer.Ordinal))
        {
            throw new EmulatorException(
                400, $"invalid request: {name} must have one of the extensions {string.Join(", ", DatasetReader.Extensions)} - received '{extension}'");
        }

        if (part.Length is 0 or > UploadBody.MaxDatasetBytes)
        {
            throw new EmulatorException(400, part.Length == 0 ? $"invalid request: {name} must not be empty" : $"invalid request: {name} must be at most 1.5GB");
        }

        return new StoredUpload { FileName = fileName, File = upload.Name, Offset = part.Offset, Length = part.Length };
    }
}
