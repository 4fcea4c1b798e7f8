using System.Text.Encodings.Web;

namespace CohereShell;

/// <summary>
/// A type of a schema. It goes over a value in three ways: a row is checked as a whole first, so that what was begun in
/// JSON, or as objects, can always be finished.
/// </summary>
internal abstract class AvroType
{
    /// <summary>Goes over a value and finds all that can be wrong with it.</summary>
    /// <exception cref="AvroException">It is damaged, or too long.</exception>
    public abstract void Check(AvroCursor cursor);

    /// <summary>Writes a value that has been checked.</summary>
    public abstract void Write(AvroCursor cursor, Utf8JsonWriter writer);

    /// <summary>
    /// A value that has been checked, as <see cref="JsonValues.ToObject"/> has it: whole numbers are Int64, texts String,
    /// records and maps dictionaries. Other than there, floats stay Single, decimals become Decimal as far as they go, and
    /// arrays of numbers are arrays of their type.
    /// </summary>
    public abstract object? Read(AvroCursor cursor);

    /// <summary>A name as it stands in JSON, made once. Only what JSON demands is escaped.</summary>
    protected static JsonEncodedText Encode(string name) => JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
}
