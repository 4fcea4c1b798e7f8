namespace CohereShell;

/// <summary>
/// Prices of models. The module's own list comes from tables of third parties and isn't checked with Cohere. It is read
/// on first use. See <see href="https://cohere.com/pricing"/>.
/// </summary>
public sealed class PriceList
{
    private const string ModelsField = "models";
    private static readonly string[] AboutFields = ["date", "source", "currency"];
    private static readonly Lazy<PriceList> Own = new(ReadOwn);

    private PriceList(IReadOnlyDictionary<string, ModelPrice> models, string? date, string? source)
    {
        Models = models;
        Date = date;
        Source = source;
    }

    /// <summary>The list that is part of the module.</summary>
    public static PriceList Default => Own.Value;

    /// <summary>The prices, by the name of the model.</summary>
    public IReadOnlyDictionary<string, ModelPrice> Models { get; }

    /// <summary>When the prices applied, as the list says it.</summary>
    public string? Date { get; }

    /// <summary>Where the prices come from, as the list says it.</summary>
    public string? Source { get; }

    /// <summary>The prices of a model; null if they aren't known.</summary>
    /// <param name="model">The name of the model.</param>
    public ModelPrice? For(string? model) => model is not null && Models.TryGetValue(model, out ModelPrice? price) ? price : null;

    /// <summary>The cost of calls in US dollars; null if it isn't known.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="usage">What the calls used.</param>
    /// <param name="calls">The number of calls.</param>
    public decimal? CostOf(string? model, Usage usage, long calls = 1) =>
        For(model)?.CostOf(usage ?? throw new ArgumentNullException(nameof(usage)), calls);

    /// <summary>Reads a list: models with their prices, or an object whose field <c>models</c> has them.</summary>
    /// <param name="json">The list.</param>
    /// <exception cref="FormatException">The list isn't valid. The message says why.</exception>
    public static PriceList FromJson(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("The prices must be a table with a name of a model and its prices in each row.");
        }

        JsonElement models = json;
        string? date = null;
        string? source = null;
        if (Field(json, ModelsField) is { } inner)
        {
            foreach (JsonProperty property in json.EnumerateObject())
            {
                if (!Is(property.Name, ModelsField) && !AboutFields.Any(known => Is(property.Name, known)))
                {
                    throw new FormatException($"'{property.Name}' isn't recognized beside '{ModelsField}'. {Suggest(property.Name, AboutFields)}");
                }
            }

            string currency = Text(json, "currency") ?? "USD";
            if (!Is(currency, "USD"))
            {
                throw new FormatException($"The currency is '{currency}'. Specify the prices in US dollars (USD).");
            }

            (models, date, source) = (inner, Text(json, "date"), Text(json, "source"));
            if (models.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException($"'{ModelsField}' must be a table with a name of a model and its prices in each row.");
            }
        }

        var prices = new Dictionary<string, ModelPrice>(StringComparer.OrdinalIgnoreCase);
        foreach (JsonProperty model in models.EnumerateObject())
        {
            prices[model.Name] = PriceOf(model);
        }

        return prices.Count > 0
            ? new PriceList(prices, date, source)
            : throw new FormatException("The prices have no model.");
    }

    /// <summary>These prices, with the prices of another list in place of those for the same models.</summary>
    internal PriceList With(PriceList own)
    {
        var models = Models.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        foreach (KeyValuePair<string, ModelPrice> pair in own.Models)
        {
            models[pair.Key] = pair.Value;
        }

        return new PriceList(models, own.Date, own.Source);
    }

    private static ModelPrice PriceOf(JsonProperty model)
    {
        if (model.Value.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"The price of '{model.Name}' must be a table, such as @{{ InputTokensPerMillion = 2.5; OutputTokensPerMillion = 10 }}.");
        }

        var values = new Dictionary<string, decimal>(StringComparer.OrdinalIgnoreCase);
        foreach (JsonProperty property in model.Value.EnumerateObject())
        {
            if (!PriceNames.All.Contains(property.Name, StringComparer.OrdinalIgnoreCase))
            {
                throw new FormatException($"'{property.Name}' in the price of '{model.Name}' isn't recognized. {Suggest(property.Name, PriceNames.All)}");
            }

            if (property.Value.ValueKind != JsonValueKind.Number || !property.Value.TryGetDecimal(out decimal value) || value < 0)
            {
                throw new FormatException($"'{property.Name}' in the price of '{model.Name}' must be a number of US dollars from 0.");
            }

            values[property.Name] = value;
        }

        if (values.Count == 0)
        {
            throw new FormatException($"The price of '{model.Name}' is empty.");
        }

        return new ModelPrice
        {
            InputTokensPerMillion = Value(nameof(ModelPrice.InputTokensPerMillion)),
            OutputTokensPerMillion = Value(nameof(ModelPrice.OutputTokensPerMillion)),
            ImageTokensPerMillion = Value(nameof(ModelPrice.ImageTokensPerMillion)),
            ImagesPerThousand = Value(nameof(ModelPrice.ImagesPerThousand)),
            SearchesPerThousand = Value(nameof(ModelPrice.SearchesPerThousand)),
            ClassificationsPerThousand = Value(nameof(ModelPrice.ClassificationsPerThousand)),
            PagesPerThousand = Value(nameof(ModelPrice.PagesPerThousand)),
            CallsPerThousand = Value(nameof(ModelPrice.CallsPerThousand)),
            MaxOutputTokens = MaximumOf(model.Name, Value(nameof(ModelPrice.MaxOutputTokens))),
        };

        decimal? Value(string name) => values.TryGetValue(name, out decimal value) ? value : null;
    }

    private static int? MaximumOf(string model, decimal? value) =>
        value is null ? null
        : value is >= 1 and <= int.MaxValue && decimal.Truncate(value.Value) == value ? (int)value.Value
        : throw new FormatException($"'{nameof(ModelPrice.MaxOutputTokens)}' in the price of '{model}' must be a whole number from 1.");

    private static PriceList ReadOwn()
    {
        using Stream stream = typeof(PriceList).Assembly.GetManifestResourceStream("Prices.json")!;
        using var document = JsonDocument.Parse(stream);
        return FromJson(document.RootElement);
    }

    private static JsonElement? Field(JsonElement table, string name)
    {
        foreach (JsonProperty property in table.EnumerateObject())
        {
            if (Is(property.Name, name))
            {
                return property.Value;
            }
        }

        return null;
    }

    private static string? Text(JsonElement table, string name) =>
        Field(table, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static string Suggest(string name, IReadOnlyList<string> known) =>
        NearestNames.For(name, known) is { } nearest ? $"Did you mean '{nearest}'?" : $"Known names: {string.Join(", ", known)}.";

    private static class PriceNames
    {
        public static readonly string[] All =
        [
            nameof(ModelPrice.InputTokensPerMillion),
            nameof(ModelPrice.OutputTokensPerMillion),
            nameof(ModelPrice.ImageTokensPerMillion),
            nameof(ModelPrice.ImagesPerThousand),
            nameof(ModelPrice.SearchesPerThousand),
            nameof(ModelPrice.ClassificationsPerThousand),
            nameof(ModelPrice.PagesPerThousand),
            nameof(ModelPrice.CallsPerThousand),
            nameof(ModelPrice.MaxOutputTokens),
        ];
    }
}
