namespace CohereShell;

/// <summary>
/// What the body of an error says, whoever wrote it: Cohere sends {"message": ...} or {"id": ..., "message": ...}, gateways
/// use other names, and FastAPI sends a list.
/// </summary>
/// <param name="Message">The message; null if there isn't one.</param>
/// <param name="Id">The id of the error.</param>
/// <param name="Type">The name of the error.</param>
internal sealed record ErrorBody(string? Message, string? Id, string? Type)
{
    private const int MostProblems = 10;

    private static readonly ErrorBody None = new(null, null, null);
    private static readonly string[] MessageNames = ["message", "error", "detail", "error_description"];

    /// <summary>Reads a body. It is empty if the body doesn't contain an error.</summary>
    public static ErrorBody Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(JsonText.Clean(json));
            return document.RootElement.ValueKind == JsonValueKind.Object ? Read(document.RootElement) : None;
        }
        catch (JsonException)
        {
            return None;
        }
    }

    private static ErrorBody Read(JsonElement body) => new(
        MessageNames.Select(name => MessageIn(body, name)).FirstOrDefault(found => found is not null),
        TextIn(body, "id"),
        TextIn(body, "error_type"));

    // Some gateways send {"error": {"message": ...}}.
    private static string? MessageIn(JsonElement body, string name) => !body.TryGetProperty(name, out JsonElement value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => NullIfEmpty(value.GetString()),
        JsonValueKind.Object => TextIn(value, "message") ?? TextIn(value, "msg"),
        JsonValueKind.Array => NullIfEmpty(string.Join("; ", value.EnumerateArray().Select(ProblemIn).OfType<string>().Take(MostProblems))),
        _ => null,
    };

    // FastAPI: {"loc": ["body", "messages", 0, "role"], "msg": "Field required", "type": "missing"}
    private static string? ProblemIn(JsonElement item)
    {
        if (item.ValueKind == JsonValueKind.String)
        {
            return NullIfEmpty(item.GetString());
        }

        if (item.ValueKind != JsonValueKind.Object || (TextIn(item, "msg") ?? TextIn(item, "message")) is not { } message)
        {
            return null;
        }

        string field = item.TryGetProperty("loc", out JsonElement place) && place.ValueKind == JsonValueKind.Array
            ? string.Join(".", place.EnumerateArray()
                .Where(part => part.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                .Select(part => part.ToString())
                .SkipWhile(part => part == "body"))
            : string.Empty;
        return field.Length > 0 ? $"{field}: {message}" : message;
    }

    private static string? TextIn(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? NullIfEmpty(value.GetString()) : null;

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
