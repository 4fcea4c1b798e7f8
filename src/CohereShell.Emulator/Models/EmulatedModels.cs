namespace CohereShell.Emulation;

/// <summary>The models of the emulated account. They don't fit on one page of the default size.</summary>
internal static class EmulatedModels
{
    private static readonly string[] Chat = ["chat"];
    private static readonly string[] Embed = ["embed", "classify"];
    private static readonly string[] Rerank = ["rerank"];
    private static readonly string[] Structured = ["json_mode", "json_schema", "strict_tools", "safety_modes", "tools"];
    private static readonly string[] Vision = [.. Structured, "vision"];
    private static readonly string[] Reasoning = [.. Structured, "reasoning"];

    internal static IReadOnlyList<EmulatedModel> All { get; } =
    [
        new("command-a-03-2025", 288000, Chat) { MaxOutputTokens = 8192, DefaultEndpoints = ["chat", "generate"], Features = Structured },
        new("command-a-plus-05-2026", 192000, Chat) { MaxOutputTokens = 64000, Features = [.. Vision, "reasoning"] },
        new("command-a-reasoning-08-2025", 288768, Chat) { MaxOutputTokens = 32768, Features = Reasoning, SamplingDefaults = new(Temperature: 0.6, P: 0.95) },
        new("command-a-vision-07-2025", 128000, Chat) { MaxOutputTokens = 8192, Features = Vision },
        new("command-a-translate-08-2025", 16000, Chat) { MaxOutputTokens = 8192, Features = Structured },
        new("command-r7b-12-2024", 132000, Chat) { MaxOutputTokens = 4096, Features = Structured },
        new("command-r-plus-08-2024", 132096, Chat) { MaxOutputTokens = 4096, Features = Structured },
        new("command-r-08-2024", 132096, Chat) { MaxOutputTokens = 4096, Features = Structured },
        new("north-mini-code-1-0", 320000, Chat) { MaxOutputTokens = 64000, Features = Structured },
        new("c4ai-aya-expanse-32b", 128000, Chat),
        new("c4ai-aya-vision-32b", 16384, Chat) { Features = ["vision"] },
        new("embed-v4.0", 128000, Embed) { DefaultEndpoints = ["embed"], Features = ["vision"] },
        new("embed-english-v3.0", 512, Embed) { Features = ["vision"] },
        new("embed-multilingual-v3.0", 512, Embed) { Features = ["vision"] },
        new("embed-english-light-v3.0", 512, Embed) { Features = ["vision"] },
        new("embed-multilingual-light-v3.0", 512, Embed) { Features = ["vision"] },
        new("rerank-v4.0-pro", 32768, Rerank) { DefaultEndpoints = Rerank, SamplingDefaults = new(MaxTokensPerDoc: 4096) },
        new("rerank-v4.0-fast", 32768, Rerank) { SamplingDefaults = new(MaxTokensPerDoc: 4096) },
        new("rerank-v3.5", 4096, Rerank) { SamplingDefaults = new(MaxTokensPerDoc: 4096) },
        new("rerank-english-v3.0", 4096, Rerank) { SamplingDefaults = new(MaxTokensPerDoc: 4096) },
        new("rerank-multilingual-v3.0", 4096, Rerank) { SamplingDefaults = new(MaxTokensPerDoc: 4096) },
        .. ModelTasks.Transcription.Select(name => new EmulatedModel(name, 0, []) { Languages = ModelTasks.LanguagesOf(name) }),
        new("parse-v5.0", 0, []) { Parses = true },
    ];

    /// <summary>The models that only batches can use.</summary>
    private static IReadOnlyList<EmulatedModel> BatchModels { get; } =
    [
        new("batch-embed-v4", 128000, ["embed"]) { OnlineModel = "embed-v4.0" },
        new("batch-embed-v4-a100", 128000, ["embed"]) { OnlineModel = "embed-v4.0" },
    ];

    /// <summary>The model that an endpoint uses if a request doesn't name one. Only v1 has such requests.</summary>
    internal static EmulatedModel DefaultOf(string endpoint) => All.First(model => model.DefaultEndpoints.Contains(endpoint, StringComparer.Ordinal));

    /// <summary>Gets the model that a batch names. It must support the endpoint.</summary>
    internal static EmulatedModel OfBatch(Field field, string endpoint)
    {
        string? name = field.Text();
        return BatchModels.FirstOrDefault(model => model.Name == name && model.Supports(endpoint)) ?? Named(field, endpoint);
    }

    /// <summary>The model that answers the rows of a batch.</summary>
    internal static string OnlineModelOf(string name) => BatchModels.FirstOrDefault(model => model.Name == name)?.OnlineModel ?? name;

    /// <summary>Gets a model by name.</summary>
    /// <exception cref="EmulatorException">404: the model doesn't exist, or was removed.</exception>
    internal static EmulatedModel Get(string name)
    {
        RemovedModels.Check(name);
        return All.FirstOrDefault(model => string.Equals(model.Name, name, StringComparison.Ordinal))
            ?? throw new EmulatorException(
                404,
                $"model '{name}' not found, make sure the correct model ID was used and that you have access to the model.");
    }

    /// <summary>Gets the model that a request names.</summary>
    /// <exception cref="EmulatorException">The request doesn't name a model, or the model doesn't exist.</exception>
    internal static EmulatedModel Named(string? name) => string.IsNullOrEmpty(name)
        ? throw new EmulatorException(400, "a model parameter is required for this endpoint.")
        : Get(name!);

    /// <summary>Gets the model that a request names. It must support the endpoint.</summary>
    internal static EmulatedModel Named(Field field, string endpoint)
    {
        EmulatedModel model = Named(field.Text());
        return model.Supports(endpoint) ? model : throw NotSupported(model, endpoint);
    }

    internal static EmulatorException NotSupported(EmulatedModel model, string endpoint) =>
        new(400, $"invalid request: model '{model.Name}' is not supported by the {endpoint} API");
}
