using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CohereShell.Emulation;

/// <summary>
/// The arguments of a call: the parameters that the message names a value for. Required parameters without a value are
/// listed in <see cref="Missing"/>, and optional ones are left out.
/// </summary>
internal sealed class ToolArguments
{
    private const int MaxDepth = 8;
    private const int MaxItems = 100;
    private static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(200);
    private readonly JsonElement _root;
    private readonly CallValues _values;
    private readonly List<string> _missing = [];

    private ToolArguments(ToolOffer tool, CallValues values)
    {
        _root = tool.Parameters;
        _values = values;
        var view = new SchemaView(_root, _root);
        HasParameters = view.Properties().Any();
        Json = Object(view, string.Empty, 0).ToJsonString(EmulatorJson.NodeOptions);
    }

    /// <summary>Whether the tool has parameters.</summary>
    internal bool HasParameters { get; }

    /// <summary>The required parameters that the message doesn't name a value for.</summary>
    internal IReadOnlyList<string> Missing => _missing;

    /// <summary>The arguments as JSON.</summary>
    internal string Json { get; }

    internal static ToolArguments Read(ToolOffer tool, string message, IEnumerable<ToolOffer> tools) =>
        new(tool, new CallValues(message, tool.Name, tools.Select(offer => offer.Name)));

    // Values that follow the name of their property are read first, so that no other property gets them.
    private JsonObject Object(SchemaView view, string path, int depth)
    {
        IReadOnlyList<string> required = view.Required();
        KeyValuePair<string, JsonElement>[] properties = [.. view.Properties()];
        var read = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (KeyValuePair<string, JsonElement> property in properties.Where(property => _values.HasNamed(property.Key)))
        {
            Add(read, property, path, depth, isNamed: true);
        }

        foreach (KeyValuePair<string, JsonElement> property in properties.Where(property => !read.ContainsKey(property.Key)))
        {
            bool isRequired = required.Contains(property.Key, StringComparer.Ordinal);
            if ((!isRequired && !IsSpokenOf(property, depth)) || Add(read, property, path, depth, isNamed: false))
            {
                continue;
            }

            if (isRequired)
            {
                _missing.Add(path + property.Key);
            }
        }

        var result = new JsonObject();
        foreach (KeyValuePair<string, JsonElement> property in properties.Where(property => read.ContainsKey(property.Key)))
        {
            result[property.Key] = read[property.Key];
        }

        return result;
    }

    private bool Add(Dictionary<string, JsonNode?> read, KeyValuePair<string, JsonElement> property, string path, int depth, bool isNamed)
    {
        if (!TryRead(new SchemaView(_root, property.Value), property.Key, path, depth, isNamed, out JsonNode? value))
        {
            return false;
        }

        read[property.Key] = value;
        return true;
    }

    private bool IsSpokenOf(KeyValuePair<string, JsonElement> property, int depth)
    {
        var view = new SchemaView(_root, property.Value);
        return _values.Mentions(property.Key)
            || _values.Mentioned(Texts(view)).Count > 0
            || (depth < MaxDepth && view.Type == "object" && view.Properties().Any(inner => _values.HasNamed(inner.Key)));
    }

    private bool TryRead(SchemaView view, string name, string path, int depth, bool isNamed, out JsonNode? value)
    {
        value = null;
        if (depth > MaxDepth)
        {
            return false;
        }

        if (view.Keyword("const") is { } constant)
        {
            value = JsonNode.Parse(constant.GetRawText());
            return true;
        }

        if (view.List("enum") is { Count: > 0 } choices)
        {
            string? said = choices.Count == 1 ? Texts(view)[0] : _values.Mentioned(Texts(view)) is { Count: > 0 } mentioned ? mentioned[0] : null;
            value = said is null ? null : JsonNode.Parse(choices.First(choice => JsonText.Flatten(choice) == said).GetRawText());
            return said is not null || IsDefault(view, isNamed, out value);
        }

        value = view.Type switch
        {
            "object" => Nested(view, path + name + ".", depth),
            "array" => Array(view, name, path, depth),
            "integer" => Number(view, name, isWhole: true),
            "number" => Number(view, name, isWhole: false),
            "boolean" => _values.Switch(name) is { } flag ? JsonValue.Create(flag) : null,
            "null" => null,
            _ => Text(view, name) is { } text ? JsonValue.Create(text) : null,
        };
        return value is not null || view.Type == "null" || IsDefault(view, isNamed, out value);
    }

    // The schema says this value itself.
    private static bool IsDefault(SchemaView view, bool isNamed, out JsonNode? value)
    {
        value = !isNamed && view.Keyword("default") is { } said ? JsonNode.Parse(said.GetRawText()) : null;
        return value is not null;
    }

    private JsonObject? Nested(SchemaView view, string path, int depth)
    {
        int before = _missing.Count;
        JsonObject value = Object(view, path, depth + 1);
        if (_missing.Count == before)
        {
            return value.Count > 0 ? value : null;
        }

        // The parameter itself is missing.
        _missing.RemoveRange(before, _missing.Count - before);
        return null;
    }

    private JsonArray? Array(SchemaView view, string name, string path, int depth)
    {
        JsonElement items = view.Keyword("items") ?? default;
        var item = new SchemaView(_root, items);
        int most = Math.Min(view.Size("maxItems") ?? MaxItems, MaxItems);
        var found = new JsonArray();
        if (item.List("enum") is { Count: > 0 } choices)
        {
            foreach (string said in _values.Mentioned(Texts(item)))
            {
                found.Add(JsonNode.Parse(choices.First(choice => JsonText.Flatten(choice) == said).GetRawText()));
            }
        }
        else if (item.Type is "integer" or "number")
        {
            foreach (decimal number in _values.TakeNumbers(name, number => Fits(item, number, item.Type == "integer")))
            {
                found.Add(JsonNode.Parse(Format(number)));
            }
        }
        else
        {
            if (TryRead(item, name, path, depth + 1, isNamed: true, out JsonNode? value) && value is not null)
            {
                found.Add(value);
            }

            while (found.Count is > 0 and <= MaxItems && item.Type == "string" && _values.TakeNext() is { } next)
            {
                found.Add(JsonValue.Create(next));
            }
        }

        return found.Count > 0 && found.Count <= most && found.Count >= (view.Size("minItems") ?? 0) ? found : null;
    }

    private JsonNode? Number(SchemaView view, string name, bool isWhole) =>
        _values.TakeNumber(name, number => Fits(view, number, isWhole)) is { } said ? JsonNode.Parse(Format(said)) : null;

    private string? Text(SchemaView view, string name)
    {
        string? format = view.Text("format");
        string? text = CallValues.Knows(format) ? _values.OfFormat(format!) : _values.TakeNamed(name) ?? _values.TakeText(name);
        return text is not null && Fits(view, text) ? text : null;
    }

    private static bool Fits(SchemaView view, string text)
    {
        int length = text.Length - text.Count(char.IsLowSurrogate);
        if (length < (view.Size("minLength") ?? 0) || length > (view.Size("maxLength") ?? int.MaxValue))
        {
            return false;
        }

        try
        {
            return view.Text("pattern") is not { } pattern || Regex.IsMatch(text, pattern, RegexOptions.ECMAScript, PatternTime);
        }
        catch (Exception error) when (error is ArgumentException or RegexMatchTimeoutException)
        {
            // .NET doesn't support the pattern.
            return true;
        }
    }

    private static bool Fits(SchemaView view, decimal number, bool isWhole) =>
        SchemaInstance.Fits(view, number, isWhole, view.Number("multipleOf") is > 0 and { } multiple ? multiple : isWhole ? 1 : 0);

    private static string Format(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

    private static string[] Texts(SchemaView view) => [.. view.List("enum").Select(JsonText.Flatten)];
}
