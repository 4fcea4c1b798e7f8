using System.Text.Encodings.Web;

namespace CohereShell;

/// <summary>
/// A type of a schema. A whole row is checked before it is written or read, so that JSON or objects that were started can
/// always be completed.
/// </summary>
internal abstract class AvroType
{
    /// <summary>Checks a value completely and moves past it.</summary>
    /// <exception cref="AvroException">The value is damaged or too long.</exception>
    public abstract void Check(AvroCursor cursor);

    /// <summary>Writes a value that has been checked.</summary>
    public abstract void Write(AvroCursor cursor, Utf8JsonWriter writer);

    /// <summary>
    /// Reads a checked value as <see cref="JsonValues.ToObject"/> does: integers are Int64, texts String, records and maps
    /// dictionaries. Unlike there, floats stay Single, decimals become Decimal if they fit, and arrays of numbers are arrays
    /// of their type.
    /// </summary>
    public abstract object? Read(AvroCursor cursor);

    /// <summary>Encodes a name for JSON, once. Only what JSON requires is escaped.</summary>
    protected static JsonEncodedText Encode(string name) => JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
}
