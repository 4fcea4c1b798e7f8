using System.Text;

namespace CohereShell;

/// <summary>
/// What a call can use, estimated from its request before it is sent. Cohere's tokens have about four bytes in English
/// text, and never less than one.
/// </summary>
internal sealed class CallEstimate
{
    /// <summary>The tokens that a chat adds to the messages: roles, and the frame of documents and tools.</summary>
    private const int FrameTokens = 64;

    /// <summary>More than any image has: embed-v4.0 and the vision models scale larger images down.</summary>
    private const int MostTokensPerImage = 4096;

    /// <summary>The tokens of an image of average size, for the likely estimate.</summary>
    private const int TokensPerImage = 1024;

    /// <summary>The maximum answer of models whose maximum isn't known.</summary>
    private const int MostOutputTokens = 64000;

    /// <summary>A search unit is a query with up to this number of documents. Longer documents count as several.</summary>
    private const int DocumentsPerSearch = 100;
    private const int TokensPerDocument = 500;
    private const int DefaultTokensPerDocument = 4096;

    private CallEstimate(Operation operation, string? model) => (Operation, Model) = (operation, model);

    public Operation Operation { get; }

    public string? Model { get; private set; }

    /// <summary>The number of inputs: questions, texts, images, documents.</summary>
    public int Inputs { get; private set; } = 1;

    public long TextBytes { get; private set; }

    public int Images { get; private set; }

    /// <summary>The maximum that the request sets; null if it doesn't set one.</summary>
    public int? MaxTokens { get; private set; }

    public long SearchUnits { get; private set; }

    /// <summary>Whether the input is text, so that its tokens can be estimated. They aren't always what is billed.</summary>
    public bool HasText => IsOf(Operations.Chat) || IsOf(Operations.Embed) || IsOf(Operations.Rerank) || IsOf(Operations.Classify);

    public long LikelyInputTokens => TokenEstimate.OfBytes(TextBytes) + (IsOf(Operations.Chat) ? Images * TokensPerImage : 0);

    /// <summary>Estimates a request.</summary>
    public static CallEstimate Of(ApiRequest request)
    {
        var estimate = new CallEstimate(request.Operation, request.Model) { Inputs = Math.Max(1, request.InputCount + request.ImageCount) };
        byte[]? body = request.Options.AdditionalProperties is { Count: > 0 } extra && request.Form is null ? JsonBody.Merge(request.Body, extra) : request.Body;
        if (body is not null)
        {
            estimate.Read(body);
        }

        return estimate;
    }

    /// <summary>The most that the call can cost; null if it can't be known.</summary>
    public decimal? MostCost(PriceList prices) => IsJob ? null : prices.CostOf(Model, Most(prices));

    /// <summary>The likely cost of the input and of everything else that the request determines; null if it can't be known.</summary>
    public decimal? InputCost(PriceList prices) => IsJob ? null : prices.CostOf(Model, Likely());

    /// <summary>The most that the answer can cost; null if it can't be known, and 0 if answers cost nothing.</summary>
    public decimal? AnswerCost(PriceList prices) =>
        IsOf(Operations.Chat) ? prices.CostOf(Model, new Usage { BilledOutputTokens = MostOutput(prices) }, 0) : 0;

    /// <summary>Whether the call starts work whose cost comes later, and depends on a dataset.</summary>
    public bool IsJob => StartsJob(Operation);

    /// <summary>Whether an operation that costs money starts work whose cost comes later.</summary>
    public static bool StartsJob(Operation operation) =>
        operation.Group == Operations.CreateEmbedJob.Group || operation.Group == Operations.CreateBatch.Group || operation.Group == Operations.CreateFineTunedModel.Group;

    private bool IsOf(Operation operation) => Operation.Group == operation.Group;

    private long MostOutput(PriceList prices) => MaxTokens ?? prices.For(Model)?.MaxOutputTokens ?? MostOutputTokens;

    private Usage Most(PriceList prices) =>
        IsOf(Operations.Chat) ? new Usage { BilledInputTokens = TextBytes + FrameTokens + (long)Images * MostTokensPerImage, BilledOutputTokens = MostOutput(prices) }
        : IsOf(Operations.Embed) ? new Usage { BilledInputTokens = TextBytes, BilledImageTokens = (long)Images * MostTokensPerImage }
        : Likely();

    private Usage Likely() =>
        IsOf(Operations.Chat) ? new Usage { BilledInputTokens = LikelyInputTokens }
        : IsOf(Operations.Embed) ? new Usage { BilledInputTokens = LikelyInputTokens, BilledImageTokens = (long)Images * TokensPerImage }
        : IsOf(Operations.Rerank) ? new Usage { BilledSearchUnits = SearchUnits }
        : IsOf(Operations.Classify) ? new Usage { BilledClassifications = Inputs }
        : IsOf(Operations.Parse) ? new Usage { BilledPages = 1 }
        : Usage.None;

    private void Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(JsonText.Clean(body));
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                Read(document.RootElement);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The service refuses such a body. Its length is the best estimate.
            TextBytes = body.Length;
        }
    }

    private void Read(JsonElement body)
    {
        int maxTokensPerDocument = DefaultTokensPerDocument;
        foreach (JsonProperty property in body.EnumerateObject())
        {
            JsonElement value = property.Value;
            switch (property.Name)
            {
                case "model" when value.ValueKind == JsonValueKind.String:
                    // The model that is sent, whatever the caller says.
                    Model = value.GetString();
                    break;
                case "max_tokens" when value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int most) && most > 0:
                    MaxTokens = most;
                    break;
                case "max_tokens_per_doc" when value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int longest) && longest > 0:
                    maxTokensPerDocument = longest;
                    break;
                // The other fields of an embed request aren't text.
                default:
                    if (!IsOf(Operations.Embed) || property.Name is "texts" or "inputs" or "images")
                    {
                        Count(value);
                    }

                    break;
            }
        }

        if (IsOf(Operations.Classify) && body.TryGetProperty("inputs", out JsonElement inputs) && inputs.ValueKind == JsonValueKind.Array)
        {
            Inputs = Math.Max(1, inputs.GetArrayLength());
        }

        if (IsOf(Operations.Rerank) && body.TryGetProperty("documents", out JsonElement documents) && documents.ValueKind == JsonValueKind.Array)
        {
            long query = body.TryGetProperty("query", out JsonElement text) ? BytesOf(text) : 0;
            Inputs = Math.Max(1, documents.GetArrayLength());
            long parts = documents.EnumerateArray().Sum(each => 1 + Math.Min(BytesOf(each) + query, maxTokensPerDocument + query) / TokensPerDocument);
            SearchUnits = Math.Max(1, (parts + DocumentsPerSearch - 1) / DocumentsPerSearch);
        }
        else if (IsOf(Operations.Rerank))
        {
            SearchUnits = 1;
        }
    }

    private static long BytesOf(JsonElement value) => Encoding.UTF8.GetByteCount(value.GetRawText());

    private void Count(JsonElement value, string? name = null)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    TextBytes += Encoding.UTF8.GetByteCount(property.Name);
                    Count(property.Value, property.Name);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Count(item, name);
                }

                break;
            case JsonValueKind.String:
                string text = value.GetString()!;
                if (text.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase) || (name is "url" or "image_url" && text.StartsWith("http", StringComparison.OrdinalIgnoreCase)))
                {
                    Images++;
                }
                else
                {
                    TextBytes += Encoding.UTF8.GetByteCount(text);
                }

                break;
            default:
                TextBytes += value.GetRawText().Length;
                break;
        }
    }
}
