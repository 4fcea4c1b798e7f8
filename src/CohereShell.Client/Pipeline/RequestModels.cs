namespace CohereShell;

/// <summary>
/// The models that a request names, as any server could read it: also in a second "model" key, and in a key of other case.
/// </summary>
internal sealed class RequestModels
{
    // The API needs less than ten levels.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 512 };

    private readonly List<string> _names = [];

    private RequestModels()
    {
    }

    /// <summary>All models that the request names.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Why the models can't be told; null if they can.</summary>
    public string? Problem { get; private set; }

    public static RequestModels In(ApiRequest request)
    {
        var models = new RequestModels();
        if (request.Operation.IsModelInPath && PathId.In(request.Operation, request.Path) is { } named)
        {
            models._names.Add(named);
        }

        foreach (string? value in ValuesInQuery(request))
        {
            models.Add(value);
        }

        foreach (KeyValuePair<string, string> field in request.FormFields.Where(field => IsModel(field.Key)))
        {
            models.Add(field.Value);
        }

        if (request.SentBody is { } body)
        {
            models.AddBody(body);
        }

        return models;
    }

    private static IEnumerable<string?> ValuesInQuery(ApiRequest request)
    {
        int start = request.Path.IndexOf('?');
        IEnumerable<KeyValuePair<string, string>> written = start < 0 ? [] : request.Path.Substring(start + 1).Split('&', ';').Select(pair =>
        {
            string[] parts = pair.Split(['='], 2);
            return new KeyValuePair<string, string>(Unescape(parts[0]), parts.Length > 1 ? Unescape(parts[1]) : string.Empty);
        });
        return request.Query.Concat(written).Where(pair => IsModel(pair.Key)).Select(pair => pair.Value);
    }

    private static string Unescape(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    // Some servers ignore blanks around a name, and read 'model[]' as 'model'.
    private static bool IsModel(string name) => IsNamed(name.Trim().Split('[')[0], "model");

    private static bool IsNamed(string name, string wanted) => string.Equals(name.Trim(), wanted, StringComparison.OrdinalIgnoreCase);

    private void Add(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            Problem ??= "it has a model without a name";
            return;
        }

        _names.Add(value!);
    }

    private void AddBody(byte[] body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                Problem ??= "its body isn't a JSON object";
                return;
            }

            ReadObject(ref reader, isTop: true, isBaseModel: false);
            if (reader.Read())
            {
                Problem ??= "its body isn't valid JSON";
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name isn't valid Unicode. A server could read such a body differently.
            Problem ??= "its body isn't valid JSON";
        }
    }

    // The reader is at the start of the object, and then at its end.
    private void ReadObject(ref Utf8JsonReader reader, bool isTop, bool isBaseModel)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString()!;
            reader.Read();
            if ((isTop && IsModel(name)) || (isBaseModel && IsNamed(name, "name")))
            {
                Add(reader.TokenType == JsonTokenType.String ? reader.GetString() : null);
                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.StartObject && (isTop && IsNamed(name, "settings")))
            {
                ReadSettings(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    // Fine-tuning has the model in settings.base_model.name.
    private void ReadSettings(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && IsNamed(name.Replace("_", string.Empty), "basemodel"))
            {
                ReadObject(ref reader, isTop: false, isBaseModel: true);
            }
            else
            {
                reader.Skip();
            }
        }
    }
}
