using System.Collections;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>Gets fields of pipeline input: keys of hashtables, or properties of objects.</summary>
internal static class RecordFields
{
    /// <summary>Gets a field by its name, which isn't case-sensitive.</summary>
    /// <param name="value">The object, with or without PowerShell's wrapper.</param>
    /// <param name="name">The name.</param>
    /// <param name="field">The value of the field.</param>
    public static bool TryGet(object? value, string name, out object? field)
    {
        field = null;
        switch (PowerShellJson.Unwrap(value))
        {
            case null:
                return false;
            case IDictionary dictionary:
                object? key = dictionary.Keys.Cast<object>().FirstOrDefault(key => string.Equals(key.ToString(), name, StringComparison.OrdinalIgnoreCase));
                field = key is null ? null : dictionary[key];
                return key is not null;
            default:
                PSPropertyInfo? property = PSObject.AsPSObject(value!).Properties[name];
                field = property is null ? null : ValueOf(property);
                return property is not null;
        }
    }

    /// <summary>The fields of an object, in order. A value is read when it's asked for.</summary>
    /// <param name="value">The object, with or without PowerShell's wrapper.</param>
    public static IEnumerable<KeyValuePair<string, Func<object?>>> Each(object value)
    {
        object plain = PowerShellJson.Unwrap(value)!;
        return plain is IDictionary dictionary
            ? dictionary.Cast<DictionaryEntry>().Select(entry => new KeyValuePair<string, Func<object?>>(LanguagePrimitives.ConvertTo<string>(entry.Key), () => entry.Value))
            : TableData.ColumnsOf(plain) is { } columns ? columns.Select(column => new KeyValuePair<string, Func<object?>>(column.Key, () => column.Value is DBNull ? null : column.Value))
            : PSObject.AsPSObject(value).Properties.Select(property => new KeyValuePair<string, Func<object?>>(property.Name, () => ValueOf(property)));
    }

    // Some properties throw if the object has ended or the user has no permission. They count as empty.
    private static object? ValueOf(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }
}
