using System.Buffers.Text;
using System.Globalization;

namespace CohereShell.Formats;

/// <summary>
/// Chooses the columns for properties of input objects: those whose values are all texts, all truth values or all numbers in
/// the first rows.
/// </summary>
internal sealed class KeptProperties
{
    // A file with more columns is hard to use. What has no column is in the column of input objects.
    private const int MostColumns = 100;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 128 };

    private readonly List<string> _names = [];
    private readonly Dictionary<string, Kinds> _kinds = new(StringComparer.Ordinal);

    [Flags]
    private enum Kinds
    {
        None = 0,
        Text = 1,
        Bool = 2,
        Integer = 4,
        Fraction = 8,
        Other = 16,
    }

    /// <summary>Whether a number in JSON is an integer that a column of integers gives back as it is.</summary>
    public static bool IsInteger(in Utf8JsonReader json, out long number)
    {
        Span<byte> text = stackalloc byte[24];
        return json.TryGetInt64(out number) && Utf8Formatter.TryFormat(number, text, out int length) && json.ValueSpan.SequenceEqual(text.Slice(0, length));
    }

    /// <summary>Whether a number in JSON is one that a column of floating-point numbers gives back as it is.</summary>
    public static bool IsFraction(in Utf8JsonReader json, out double number)
    {
        if (!json.TryGetDouble(out number) || json.ValueSpan.Length > 32)
        {
            return false;
        }

        string text = number.ToString("R", CultureInfo.InvariantCulture);
        if (text.Length != json.ValueSpan.Length)
        {
            return false;
        }

        for (int index = 0; index < text.Length; index++)
        {
            if (text[index] != json.ValueSpan[index])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Looks at an input object.</summary>
    public void Add(ReadOnlySpan<byte> inputObject)
    {
        var json = new Utf8JsonReader(inputObject, Options);
        if (inputObject.IsEmpty || !json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            json.Read();
            if (!_kinds.TryGetValue(name, out Kinds kinds))
            {
                _names.Add(name);
            }

            _kinds[name] = kinds | json.TokenType switch
            {
                JsonTokenType.Null => Kinds.None,
                JsonTokenType.String => Kinds.Text,
                JsonTokenType.True or JsonTokenType.False => Kinds.Bool,
                JsonTokenType.Number => IsInteger(json, out _) ? Kinds.Integer : Kinds.Fraction,
                _ => Kinds.Other,
            };
            json.Skip();
        }
    }

    /// <summary>The columns, in the order of the properties.</summary>
    /// <param name="taken">The names of other columns.</param>
    public IEnumerable<ArrowField> ToFields(IEnumerable<string> taken)
    {
        // Databases don't distinguish upper and lower case in names of columns.
        var names = new HashSet<string>(taken, StringComparer.OrdinalIgnoreCase);
        int count = 0;
        foreach (string name in _names)
        {
            ArrowType? type = _kinds[name] switch
            {
                Kinds.None or Kinds.Text => ArrowType.Utf8,
                Kinds.Bool => ArrowType.Bool,
                Kinds.Integer => ArrowType.Int64,
                Kinds.Fraction or (Kinds.Integer | Kinds.Fraction) => ArrowType.Double,
                _ => null,
            };
            string column = names.Contains(name) ? "property_" + name : name;
            if (type is not null && name.Length > 0 && count < MostColumns && names.Add(column))
            {
                count++;
                yield return new ArrowField(column, type) { Metadata = new Dictionary<string, string> { [ArrowEmbeddingFormat.PropertyKey] = name } };
            }
        }
    }
}
