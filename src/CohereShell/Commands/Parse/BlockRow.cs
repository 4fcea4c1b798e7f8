using System.Collections.Specialized;

namespace CohereShell.Commands;

/// <summary>A block of a document in a row of a file.</summary>
internal static class BlockRow
{
    /// <summary>The properties of a block that have a value.</summary>
    public static OrderedDictionary Of(ParsedBlock block)
    {
        var row = new OrderedDictionary { [nameof(block.Type)] = block.Type, [nameof(block.Text)] = block.Text };
        Add(row, nameof(block.Html), block.Html);
        Add(row, nameof(block.Title), block.Title);
        Add(row, nameof(block.Description), block.Description);
        Add(row, nameof(block.Id), block.Id);
        Add(row, nameof(block.Category), block.Category);
        Add(row, nameof(block.BoundingBox), PlaceOf(block.BoundingBox));
        Add(row, nameof(block.BoundingBoxNormalized), PlaceOf(block.BoundingBoxNormalized));
        return row;
    }

    private static void Add(OrderedDictionary row, string name, object? value)
    {
        if (value is not null)
        {
            row[name] = value;
        }
    }

    private static OrderedDictionary? PlaceOf(BoundingBox? box) => box is null ? null : new OrderedDictionary
    {
        [nameof(box.TopLeftX)] = box.TopLeftX,
        [nameof(box.TopLeftY)] = box.TopLeftY,
        [nameof(box.BottomRightX)] = box.BottomRightX,
        [nameof(box.BottomRightY)] = box.BottomRightY,
    };
}
