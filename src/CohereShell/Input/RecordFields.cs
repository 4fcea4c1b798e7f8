using System.Collections;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>The fields of what users pipe: keys of hashtables, properties of objects.</summary>
internal static class RecordFields
{
    /// <summary>Gets a field by its name, in any case.</summary>
    /// <param name="value">The object, with what PowerShell may have wrapped around it.</param>
    /// <param name="name">The name.</param>
    /// <param name="field">What it holds.</param>
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
                try
                {
                    field = property?.Value;
                }
                catch (GetValueException)
                {
                    // The object has ended, or the right is missing.
                }

                return property is not null;
        }
    }
}
