using System.Text;

namespace CohereShell;

/// <summary>A UTF-8 string.</summary>
internal sealed class AvroText : AvroType
{
    /// <summary>Checks a string, which can be the key of a map.</summary>
    public static void CheckText(AvroCursor cursor) => cursor.Spend(AvroCursor.ValueCost + cursor.ReadText().Length);

    public static string ReadText(AvroCursor cursor) => Encoding.UTF8.GetString(cursor.ReadBytes()
#if !NET
        .ToArray()
#endif
        );

    public override void Check(AvroCursor cursor) => CheckText(cursor);

    public override void Write(AvroCursor cursor, Utf8JsonWriter writer) => writer.WriteStringValue(cursor.ReadBytes());

    public override object? Read(AvroCursor cursor) => ReadText(cursor);
}
