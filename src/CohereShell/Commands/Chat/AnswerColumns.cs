using System.Text.Json;
using CohereShell.Json;

namespace CohereShell.Commands;

/// <summary>
/// The columns that answers add to rows: the properties of a JSON answer, or a single column with the text or the JSON.
/// </summary>
internal sealed class AnswerColumns
{
    /// <summary>The column with the reason why a row has no answer.</summary>
    public const string Error = "Error";

    private const string DefaultName = "Text";
    private readonly string? _name;
    private readonly bool _asksJson;
    private readonly bool _hasError;

    /// <param name="name">The name of the single column; null for the default.</param>
    /// <param name="asksJson">Whether the answers are JSON.</param>
    /// <param name="schema">The schema of the answers, if there is one.</param>
    /// <param name="hasError">Whether there's a column for errors.</param>
    public AnswerColumns(string? name, bool asksJson, JsonElement? schema, bool hasError)
    {
        _asksJson = asksJson;
        _hasError = hasError;
        _name = asksJson ? name : name ?? DefaultName;
        Known = _name is not null ? [_name] : NamesOf(schema);
    }

    /// <summary>The columns that are known before the first answer.</summary>
    public IReadOnlyList<string> Known { get; }

    /// <summary>Whether all columns are known before the first answer.</summary>
    public bool AreKnown => Known.Count > 0;

    /// <summary>The known columns, and the one for errors.</summary>
    public IEnumerable<string> All => _hasError ? Known.Append(Error) : Known;

    /// <summary>The names that a row already has and that can't be used for the answer.</summary>
    public string[] ClashesWith(IReadOnlyList<KeyValuePair<string, object?>> row) =>
        All.Where(name => row.Any(column => Is(column.Key, name))).ToArray();

    /// <summary>Gets what an answer adds to a row.</summary>
    /// <exception cref="JsonException">The answer isn't a JSON object.</exception>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> Of(ChatResponse response)
    {
        if (!_asksJson)
        {
            return [new(_name!, PowerShellJson.ToElement(response.Text))];
        }

        using JsonDocument document = JsonText.Parse(FencedJson.Unwrap(response.Text));
        JsonElement answer = document.RootElement.Clone();
        if (_name is not null)
        {
            return [new(_name, answer)];
        }

        if (answer.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("it isn't a JSON object.");
        }

        var found = new List<KeyValuePair<string, JsonElement>>();
        foreach (JsonProperty property in answer.EnumerateObject())
        {
            // The schema decides on the case of a name.
            string name = Known.FirstOrDefault(known => Is(known, property.Name)) ?? property.Name;
            if (found.Any(other => Is(other.Key, name)))
            {
                throw new JsonException($"it has the property '{name}' twice.");
            }

            found.Add(new(name, property.Value));
        }

        return found;
    }

    /// <summary>Adds an answer to a row. Each row gets all known columns, in the same order.</summary>
    /// <param name="row">The columns of the row.</param>
    /// <param name="answer">The columns of the answer; null if there isn't one.</param>
    /// <param name="error">The reason why there isn't one.</param>
    /// <param name="convert">Converts a value of the answer.</param>
    public IReadOnlyList<KeyValuePair<string, T>> Merge<T>(
        IReadOnlyList<KeyValuePair<string, T>> row,
        IReadOnlyList<KeyValuePair<string, JsonElement>>? answer,
        string? error,
        Func<JsonElement, T> convert)
    {
        var result = new List<KeyValuePair<string, T>>(row);
        IEnumerable<KeyValuePair<string, JsonElement>> added = Known
            .Select(name => new KeyValuePair<string, JsonElement>(name, answer?.FirstOrDefault(column => column.Key == name).Value ?? default))
            .Concat((answer ?? []).Where(column => !Known.Contains(column.Key)));
        if (_hasError)
        {
            added = added.Append(new(Error, error is null ? default : PowerShellJson.ToElement(error)));
        }

        // A row that was refused because it already has one of these keeps its own value.
        result.AddRange(added
            .Where(column => !row.Any(other => Is(other.Key, column.Key)))
            .Select(column => new KeyValuePair<string, T>(column.Key, convert(column.Value))));
        return result;
    }

    private static bool Is(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);

    private static string[] NamesOf(JsonElement? schema) =>
        schema is { ValueKind: JsonValueKind.Object } element
        && element.TryGetProperty("properties", out JsonElement properties)
        && properties.ValueKind == JsonValueKind.Object
            ? properties.EnumerateObject().Select(property => property.Name).Distinct(StringComparer.OrdinalIgnoreCase).ToArray()
            : [];
}
