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
                try
                {
                    field = property?.Value;
                }
                catch (GetValueException)
                {
                    // The object has ended, such as a process, or the user has no permission.
                }

                return property is not null;
        }
    }
}
