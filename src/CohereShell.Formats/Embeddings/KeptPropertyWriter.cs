using System.Text;

namespace CohereShell.Formats;

/// <summary>Writes the properties of input objects to their columns.</summary>
internal sealed class KeptPropertyWriter
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 128 };

    private readonly Column[] _columns;

    /// <param name="builders">The columns of properties.</param>
    public KeptPropertyWriter(IEnumerable<ArrowColumnBuilder> builders) =>
        _columns = builders.Select(builder => new Column(builder, Encoding.UTF8.GetBytes(builder.Field.Metadata[ArrowEmbeddingFormat.PropertyKey]))).ToArray();

    /// <summary>Writes the properties of a row.</summary>
    /// <param name="inputObject">The input object as JSON; empty if there isn't one.</param>
    /// <returns>Whether the columns have all of it, so that the object can be made from them.</returns>
    public bool Write(ReadOnlySpan<byte> inputObject)
    {
        if (inputObject.IsEmpty || _columns.Length == 0)
        {
            AddNulls();
            return inputObject.IsEmpty;
        }

        foreach (Column column in _columns)
        {
            column.HasValue = false;
        }

        bool isWhole = Read(inputObject, out bool hasValue);
        AddNulls();
        // Without a value, the row looks like one without an object.
        return isWhole && hasValue;
    }

    private bool Read(ReadOnlySpan<byte> inputObject, out bool hasValue)
    {
        hasValue = false;
        var json = new Utf8JsonReader(inputObject, Options);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        int expected = 0;
        bool isWhole = true;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            int place = Find(json, expected);
            // Each column in its place: the object has its properties in the same order.
            isWhole &= place == expected;
            expected = place + 1;
            json.Read();
            if (place < 0 || _columns[place].HasValue)
            {
                isWhole = false;
                json.Skip();
                continue;
            }

            if (json.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            bool fits = TryAdd(_columns[place].Builder, json);
            _columns[place].HasValue = fits;
            isWhole &= fits;
            hasValue |= fits;
            json.Skip();
        }

        return isWhole && expected == _columns.Length;
    }

    private void AddNulls()
    {
        foreach (Column column in _columns)
        {
            if (!column.HasValue)
            {
                column.Builder.AddNull();
            }

            column.HasValue = false;
        }
    }

    private int Find(in Utf8JsonReader json, int expected)
    {
        if (expected < _columns.Length && json.ValueTextEquals(_columns[expected].Name))
        {
            return expected;
        }

        for (int index = 0; index < _columns.Length; index++)
        {
            if (json.ValueTextEquals(_columns[index].Name))
            {
                return index;
            }
        }

        return -1;
    }

    private static bool TryAdd(ArrowColumnBuilder builder, in Utf8JsonReader json)
    {
        switch (builder.Field.Type.Kind)
        {
            case ArrowKind.Utf8 when json.TokenType == JsonTokenType.String:
                builder.Add(json.GetString());
                return true;
            case ArrowKind.Bool when json.TokenType is JsonTokenType.True or JsonTokenType.False:
                builder.Add(json.TokenType == JsonTokenType.True);
                return true;
            case ArrowKind.Int when json.TokenType == JsonTokenType.Number && KeptProperties.IsInteger(json, out long number):
                builder.Add(number);
                return true;
            case ArrowKind.FloatingPoint when json.TokenType == JsonTokenType.Number && KeptProperties.IsFraction(json, out double number):
                builder.Add(BitConverter.DoubleToInt64Bits(number));
                return true;
            default:
                return false;
        }
    }

    private sealed class Column(ArrowColumnBuilder builder, byte[] name)
    {
        public ArrowColumnBuilder Builder { get; } = builder;

        public byte[] Name { get; } = name;

        public bool HasValue { get; set; }
    }
}
