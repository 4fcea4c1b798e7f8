using System.Reflection;
using System.Runtime.CompilerServices;

namespace CohereShell.Display;

/// <summary>
/// Gives objects a readable text where their own would be the name of their type, for example in a CSV file. The object
/// itself stays the same.
/// </summary>
internal static class ReadableObjects
{
    private static readonly MethodInfo Method = typeof(ReadableObjects).GetMethod(nameof(TextOf))!;
    private static readonly ConditionalWeakTable<object, string> Texts = new();

    /// <summary>The object, with a text if it doesn't have a readable one.</summary>
    public static object? For(object? value, string text)
    {
        object? plain = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (plain is null or ValueType or string or PSCustomObject || plain.ToString() is { } own && own != plain.GetType().ToString())
        {
            return value;
        }

        Texts.Remove(plain);
        Texts.Add(plain, text);
        PSObject readable = PSObject.AsPSObject(plain);
        if (readable.Members[nameof(ToString)] is not PSCodeMethod)
        {
            readable.Members.Add(new PSCodeMethod(nameof(ToString), Method));
        }

        return readable;
    }

    /// <summary>The text, called by PowerShell.</summary>
    public static string TextOf(PSObject value) => Texts.TryGetValue(value.BaseObject, out string? text) ? text : value.BaseObject.ToString() ?? string.Empty;
}
