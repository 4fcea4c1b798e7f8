using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text.Json;

namespace CohereShell.Tests.Fuzz;

/// <summary>
/// Reads everything that a script or a view can read of an object: every property of every object in it, and its text.
/// Some properties are computed only then.
/// </summary>
internal static class ObjectWalk
{
    private static readonly Dictionary<Type, PropertyInfo[]> Properties = [];

    public static void Touch(object? value) => Touch(value, new HashSet<object>(ReferenceEqualityComparer.Instance));

    private static void Touch(object? value, HashSet<object> seen)
    {
        switch (value)
        {
            case null or string or Enum or bool or IConvertible or DateTimeOffset or TimeSpan or Array { Length: > 0 } and (float[] or byte[] or sbyte[] or int[]):
                return;
            case JsonElement element:
                TouchJson(element);
                return;
            case IDictionary dictionary:
                foreach (object? item in dictionary.Values)
                {
                    Touch(item, seen);
                }

                return;
            case IEnumerable items:
                foreach (object? item in items)
                {
                    Touch(item, seen);
                }

                return;
        }

        if (value.GetType().Assembly != typeof(CohereClient).Assembly || !seen.Add(value))
        {
            return;
        }

        _ = value.ToString();
        if (value is ChatResponse response)
        {
            _ = response.ToMarkdown();
            // What was answered can be sent again and saved.
            _ = ChatConversation.FromJson(response.ToJson());
        }

        foreach (PropertyInfo property in PropertiesOf(value.GetType()))
        {
            Touch(property.GetValue(value), seen);
        }
    }

    private static void TouchJson(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    _ = property.Name;
                    TouchJson(property.Value);
                }

                return;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    TouchJson(item);
                }

                return;
            case JsonValueKind.String:
                _ = element.GetString();
                return;
            case JsonValueKind.Number:
                _ = JsonValues.ToObject(element);
                return;
        }
    }

    private static PropertyInfo[] PropertiesOf(Type type)
    {
        if (!Properties.TryGetValue(type, out PropertyInfo[]? found))
        {
            Properties[type] = found = type.GetProperties().Where(property => property.GetIndexParameters().Length == 0).ToArray();
        }

        return found;
    }
}
