using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Rows;

namespace CohereShell.Commands;

/// <summary>
/// Makes the requests of a batch from the user's input: rows with a custom_id and a body, bodies, messages, and
/// objects that are used as text.
/// </summary>
internal sealed class BatchRequestReader
{
    private const string IdField = "custom_id";
    private const string BodyField = "body";

    private static readonly string[] ChatInputs = ["messages"];
    private static readonly string[] EmbedInputs = ["texts", "images", "inputs"];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private long _index;

    /// <summary>Whether the requests are for embed instead of chat.</summary>
    public bool IsEmbed { get; init; }

    /// <summary>Whether objects are used as text even if they look like requests.</summary>
    public bool UsesText { get; init; }

    /// <summary>Makes the text of an object.</summary>
    public RowPrompt Prompt { get; init; } = new(null, null, null);

    /// <summary>The property with the id; null for custom_id, or the position in the input.</summary>
    public string? IdProperty { get; init; }

    /// <summary>Instructions for the model, placed before each conversation.</summary>
    public string? SystemMessage { get; init; }

    /// <summary>Fields to add to each body that doesn't have them.</summary>
    public JsonObject Defaults { get; init; } = [];

    private string[] Inputs => IsEmbed ? EmbedInputs : ChatInputs;

    /// <summary>Makes a request from an object.</summary>
    /// <exception cref="InputException">The object can't become a request.</exception>
    public JsonElement Read(object? value)
    {
        long index = _index++;
        try
        {
            string id = IdOf(value, index);
            JsonObject body = BatchBody.Of(BodyOf(value));
            return RowOf(value, id, body);
        }
        catch (NotJsonException exception)
        {
            throw new InputException(ErrorRecords.NotJson(exception, value));
        }
    }

    /// <summary>Makes a request from a row of a file. A row that is already a request isn't changed.</summary>
    /// <exception cref="InputException">The row can't become a request.</exception>
    public JsonElement ReadRow(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object || !row.TryGetProperty(BodyField, out JsonElement body) || body.ValueKind != JsonValueKind.Object)
        {
            return Read(PowerShellObjects.FromJson(row, asHashtable: true));
        }

        long index = _index++;
        return RowOf(row, IdOf(PowerShellObjects.FromJson(row, asHashtable: true), index), WithDefaults(JsonObject.Create(body)!));
    }

    private static InputException Refused(object? value, string problem, string action) => new(ErrorRecords.NotADatasetRow(value, problem, action));

    private JsonElement RowOf(object? value, string id, JsonObject body)
    {
        if (!_ids.Add(id))
        {
            throw Refused(value, $"has the id '{id}', which an earlier input already has", "Use unique ids. Specify -IdProperty with a property whose values differ. Without ids, the requests are numbered.");
        }

        return PowerShellJson.ToElement(new Dictionary<string, object> { [IdField] = id, [BodyField] = PowerShellJson.FromNode(body) });
    }

    private string IdOf(object? value, long index)
    {
        if (RowId.TryGet(value, IdProperty ?? IdField, out string id))
        {
            return id;
        }

        return IdProperty is null
            ? index.ToString(CultureInfo.InvariantCulture)
            : throw Refused(value, $"has no value in '{IdProperty}', the property of -IdProperty", "Specify a property that all inputs have, or leave -IdProperty out to number the requests.");
    }

    private JsonObject BodyOf(object? value)
    {
        if (!UsesText)
        {
            if (RecordFields.TryGet(value, BodyField, out object? body) && PowerShellJson.Unwrap(body) is IDictionary or PSObject)
            {
                return WithDefaults(JsonObject.Create(PowerShellJson.ToElement(body))!);
            }

            if (Inputs.Any(name => IsList(value, name)))
            {
                JsonObject whole = JsonObject.Create(PowerShellJson.ToElement(value))!;
                whole.Remove(IdProperty ?? IdField);
                return WithDefaults(whole);
            }

            if (!IsEmbed && MessagesOf(value) is { Count: > 0 } messages)
            {
                return Chat(messages);
            }
        }

        string text = Prompt.QuestionFor(value);
        return IsEmbed
            ? WithDefaults(new JsonObject { ["texts"] = new JsonArray(JsonValue.Create(text)) })
            : Chat([new ChatMessage(ChatRole.User, text)]);
    }

    private static bool IsList(object? value, string name) =>
        !RecordText.HasOwnText(value)
        && RecordFields.TryGet(value, name, out object? field)
        && PowerShellJson.Unwrap(field) is IEnumerable and not (string or IDictionary);

    private static IReadOnlyList<ChatMessage> MessagesOf(object? value)
    {
        object? plain = PowerShellJson.Unwrap(value);
        try
        {
            return plain switch
            {
                ChatMessage => Conversation.MessagesOf(plain),
                // In a row of a table, a column called role can contain anything.
                _ when HasRole(value) => Conversation.MessagesOf(value),
                IEnumerable items and not (string or IDictionary) when items.Cast<object?>().All(item => PowerShellJson.Unwrap(item) is ChatMessage || HasRole(item)) =>
                    items.Cast<object?>().SelectMany(item => Conversation.MessagesOf(item)).ToArray(),
                _ => [],
            };
        }
        catch (ArgumentTransformationMetadataException exception)
        {
            throw new InputException(ErrorRecords.InvalidValue(exception.Message, "Use New-CohereChatMessage, or @{ role = 'user'; content = '…' }.", value, exception));
        }
    }

    private static bool HasRole(object? value) =>
        !RecordText.HasOwnText(value)
        && RecordFields.TryGet(value, "content", out _)
        && RecordFields.TryGet(value, "role", out object? role)
        && Enum.TryParse(PowerShellJson.Unwrap(role)?.ToString(), ignoreCase: true, out ChatRole _);

    private JsonObject Chat(IReadOnlyList<ChatMessage> messages) => WithDefaults(new JsonObject
    {
        ["messages"] = new JsonArray(messages.Select(message => (JsonNode?)BatchBody.Of(message)).ToArray()),
    });

    private JsonObject WithDefaults(JsonObject body)
    {
        foreach (KeyValuePair<string, JsonNode?> field in Defaults.Where(field => !body.ContainsKey(field.Key)).ToArray())
        {
            body[field.Key] = field.Value?.DeepClone();
        }

        if (SystemMessage is not null && body["messages"] is JsonArray messages && !messages.OfType<JsonObject>().Any(message => IsSystemMessage(message)))
        {
            messages.Insert(0, BatchBody.Of(new ChatMessage(ChatRole.System, SystemMessage)));
        }

        return body;
    }

    private static bool IsSystemMessage(JsonObject message) =>
        message["role"] is JsonValue role && role.TryGetValue(out string? name) && string.Equals(name, "system", StringComparison.OrdinalIgnoreCase);
}
