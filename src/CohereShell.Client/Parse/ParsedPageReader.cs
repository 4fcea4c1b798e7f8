using System.Globalization;

namespace CohereShell;

/// <summary>
/// Reads pages and blocks of any type. The content of each is in a field that has the name of the type. For a type that
/// isn't known, the text is the first field that contains text, or else the JSON of the content.
/// </summary>
internal static class ParsedPageReader
{
    private const string MarkdownType = "markdown";
    private const string BlocksType = "blocks";
    private const string ImagesField = "images";

    // Where text can be in content of an unknown type, most likely first.
    private static readonly string[] TextFields = ["content", MarkdownType, "text", "html", "generation", "raw", "description"];

    /// <summary>Reads a page; null if there isn't one.</summary>
    /// <param name="page">The JSON of the page.</param>
    /// <param name="position">The position in the response, for a page without an index.</param>
    public static ParsedPage? Read(JsonElement page, int position)
    {
        if (page.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return null;
        }

        string type = TextOf(page, "type") ?? string.Empty;
        JsonElement content = ContentOf(page, type);
        ParsedBlock[] blocks = Items(content.ValueKind == JsonValueKind.Array ? content : FieldOf(content, BlocksType)).Select(ReadBlock).ToArray();
        ParsedImage[] images = Items(FieldOf(content, ImagesField)).Select(ReadImage).ToArray();
        string markdown = blocks.Length > 0 ? MarkdownParts.Join(blocks.Select(block => block.Text)) : string.Empty;
        if (type != BlocksType)
        {
            bool mustFind = type != MarkdownType && blocks.Length == 0 && images.Length == 0;
            markdown = MarkdownParts.Join([FindText(content, mustFind), markdown]);
        }

        return new ParsedPage
        {
            Index = NumberOf(page, "index") is { } index ? (long)index : position,
            Type = type,
            Markdown = markdown,
            Blocks = blocks,
            // The images of a page are in the same place for both formats.
            Images = [.. images, .. blocks.Where(block => block.Type == "image").Select(ToImage)],
        };
    }

    private static ParsedBlock ReadBlock(JsonElement block)
    {
        string type = TextOf(block, "type") ?? string.Empty;
        JsonElement content = ContentOf(block, type);
        string? html = TextOf(content, "html");
        string? title = TextOf(content, "title");
        string? description = TextOf(content, "description");
        string? id = TextOf(content, "id");
        return new ParsedBlock
        {
            Type = type,
            Text = type switch
            {
                "text" => FindText(content, mustFind: false),
                "image" => MarkdownParts.Image(description ?? string.Empty, id ?? string.Empty),
                "table" => MarkdownParts.Join([title, html ?? FindText(content, mustFind: false)]),
                _ => FindText(content, mustFind: true),
            },
            Html = html,
            Title = title,
            Description = description,
            Id = id,
            Category = TextOf(content, "category"),
            BoundingBox = BoxOf(content, "bounding_box"),
            BoundingBoxNormalized = BoxOf(content, "bounding_box_normalized"),
        };
    }

    private static ParsedImage ReadImage(JsonElement image) => new()
    {
        Id = TextOf(image, "id") ?? string.Empty,
        Description = TextOf(image, "description") ?? string.Empty,
        Category = TextOf(image, "category") ?? string.Empty,
        BoundingBox = BoxOf(image, "bounding_box"),
        BoundingBoxNormalized = BoxOf(image, "bounding_box_normalized"),
    };

    private static ParsedImage ToImage(ParsedBlock block) => new()
    {
        Id = block.Id ?? string.Empty,
        Description = block.Description ?? string.Empty,
        Category = block.Category ?? string.Empty,
        BoundingBox = block.BoundingBox,
        BoundingBoxNormalized = block.BoundingBoxNormalized,
    };

    private static JsonElement ContentOf(JsonElement item, string type) =>
        type.Length > 0 && FieldOf(item, type) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } content ? content : item;

    private static string FindText(JsonElement content, bool mustFind)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return content.GetString()!;
        }

        foreach (string field in TextFields)
        {
            switch (FieldOf(content, field))
            {
                case { ValueKind: JsonValueKind.String } text:
                    return text.GetString()!;
                case { ValueKind: JsonValueKind.Object } inner when FindText(inner, mustFind: false) is { Length: > 0 } text:
                    return text;
            }
        }

        return mustFind ? content.GetRawText() : string.Empty;
    }

    private static BoundingBox? BoxOf(JsonElement item, string name)
    {
        JsonElement box = FieldOf(item, name);
        return NumberOf(box, "top_left_x") is { } left
            && NumberOf(box, "top_left_y") is { } top
            && NumberOf(box, "bottom_right_x") is { } right
            && NumberOf(box, "bottom_right_y") is { } bottom
                ? new BoundingBox(left, top, right, bottom)
                : null;
    }

    private static IEnumerable<JsonElement> Items(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Where(item => item.ValueKind is not JsonValueKind.Null) : [];

    private static JsonElement FieldOf(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out JsonElement value) ? value : default;

    private static string? TextOf(JsonElement item, string name) =>
        FieldOf(item, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    // 64-bit numbers are sent as strings in some answers. A number that's too large for double isn't a place on a page.
    private static double? NumberOf(JsonElement item, string name)
    {
        JsonElement value = FieldOf(item, name);
        double number = value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetDouble(out double found) => found,
            JsonValueKind.String when double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double found) => found,
            _ => double.NaN,
        };
        return double.IsNaN(number) || double.IsInfinity(number) ? null : number;
    }
}
