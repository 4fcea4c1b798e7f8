using System.Collections;
using System.Numerics;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CohereShell.Tools;

/// <summary>JSON schemas for the types of parameters.</summary>
internal static class JsonTypes
{
    /// <summary>
    /// The maximum number of values to list. Longer lists cost more than they help, and the command checks its values
    /// anyway.
    /// </summary>
    public const int MostNames = 100;

    private static readonly Dictionary<Type, (decimal? Least, decimal? Most)> WholeNumbers = new()
    {
        [typeof(sbyte)] = (sbyte.MinValue, sbyte.MaxValue),
        [typeof(byte)] = (byte.MinValue, byte.MaxValue),
        [typeof(short)] = (short.MinValue, short.MaxValue),
        [typeof(ushort)] = (ushort.MinValue, ushort.MaxValue),
        [typeof(int)] = (int.MinValue, int.MaxValue),
        [typeof(uint)] = (uint.MinValue, uint.MaxValue),
        [typeof(long)] = (long.MinValue, long.MaxValue),
        [typeof(ulong)] = (ulong.MinValue, ulong.MaxValue),
        [typeof(BigInteger)] = (null, null),
    };

    // Types that are written as texts, with a hint for the format if JSON Schema has no name for it.
    private static readonly Dictionary<Type, (string? Format, string? Hint)> Texts = new()
    {
        [typeof(string)] = (null, null),
        [typeof(DateTime)] = ("date-time", null),
        [typeof(DateTimeOffset)] = ("date-time", null),
        [typeof(Guid)] = ("uuid", null),
        [typeof(Uri)] = ("uri-reference", null),
        [typeof(TimeSpan)] = (null, "A time span, hh:mm:ss or d.hh:mm:ss."),
        [typeof(Version)] = (null, "A version such as 1.2.3."),
        [typeof(Regex)] = ("regex", null),
        [typeof(Encoding)] = (null, "An encoding such as utf8."),
    };

    private static readonly Type[] Lists = [typeof(List<>), typeof(IList<>), typeof(ICollection<>), typeof(IEnumerable<>), typeof(IReadOnlyList<>), typeof(IReadOnlyCollection<>)];

    /// <summary>The schema of values that PowerShell converts to the type; null if JSON has no such values.</summary>
    public static JsonObject? SchemaOf(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(bool) || plain == typeof(SwitchParameter) ? OfType("boolean")
            : WholeNumbers.TryGetValue(plain, out (decimal? Least, decimal? Most) range) ? WholeNumber(range.Least, range.Most)
            : plain == typeof(double) || plain == typeof(float) || plain == typeof(decimal) ? OfType("number")
            : Texts.TryGetValue(plain, out (string? Format, string? Hint) text) ? Text(text.Format, text.Hint)
            : plain == typeof(char) ? new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = 1 }
            : plain.IsEnum ? Names(plain)
            : plain == typeof(Hashtable) || plain == typeof(IDictionary) ? OfType("object")
            // Any value: a schema without a type.
            : plain == typeof(object) || plain == typeof(PSObject) ? []
            : ElementOf(plain) is { } element ? Items(element)
            : IsWrittenAsText(plain) ? Text(null, HintFor(plain))
            : null;
    }

    /// <summary>The type of the items of a list; null if it isn't a list.</summary>
    public static Type? ElementOf(Type? type) =>
        type is null ? null
        : type.IsArray ? type.GetElementType()
        : type.IsGenericType && Lists.Contains(type.GetGenericTypeDefinition()) ? type.GetGenericArguments()[0]
        : type == typeof(Array) || type == typeof(IList) || type == typeof(ICollection) || type == typeof(IEnumerable) || type == typeof(ArrayList) ? typeof(object)
        : null;

    private static JsonObject OfType(string type) => new() { ["type"] = type };

    private static JsonObject WholeNumber(decimal? least, decimal? most)
    {
        JsonObject schema = OfType("integer");
        if (least is not null)
        {
            schema["minimum"] = JsonValue.Create(least);
            schema["maximum"] = JsonValue.Create(most);
        }

        return schema;
    }

    private static JsonObject Text(string? format, string? hint)
    {
        JsonObject schema = OfType("string");
        if (format is not null)
        {
            schema["format"] = format;
        }

        if (hint is not null)
        {
            schema["description"] = hint;
        }

        return schema;
    }

    private static JsonObject Names(Type type)
    {
        JsonObject schema = OfType("string");
        string[] names = Enum.GetNames(type);
        if (names.Length is > 0 and <= MostNames)
        {
            schema["enum"] = new JsonArray(names.Select(name => (JsonNode)JsonValue.Create(name)).ToArray());
        }

        // Flags can be combined.
        return type.IsDefined(typeof(FlagsAttribute), inherit: false)
            ? new JsonObject { ["type"] = "array", ["items"] = schema }
            : schema;
    }

    private static JsonObject? Items(Type element)
    {
        // In an array of flags, each item is a single flag.
        JsonObject? items = element.IsEnum && SchemaOf(element)?["items"] is JsonObject names ? (JsonObject)names.DeepClone() : SchemaOf(element);
        return items is null ? null : new JsonObject { ["type"] = "array", ["items"] = items };
    }

    // Types with a Parse method, and engine types that are read from a text but that this assembly can't reference.
    private static bool IsWrittenAsText(Type type) =>
        type.GetMethod("Parse", BindingFlags.Public | BindingFlags.Static, null, [typeof(string)], null)?.ReturnType == type
        || type.Name is "PSPropertyExpression" or "MshExpression" or "CultureInfo" or "MailAddress"
        || IsFlagsExpression(type);

    private static bool IsFlagsExpression(Type type) => type is { IsGenericType: true, Name: "FlagsExpression`1" };

    private static string? HintFor(Type type) =>
        IsFlagsExpression(type) ? $"{string.Join(", ", Enum.GetNames(type.GetGenericArguments()[0]).Take(MostNames))}; joined with , for or, + for and, ! before one for not."
        : type.Name is "PSPropertyExpression" or "MshExpression" ? "A name of a property."
        : null;
}
