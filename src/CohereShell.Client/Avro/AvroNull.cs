namespace CohereShell;

/// <summary>Null, which takes no bytes.</summary>
internal sealed class AvroNull : AvroType
{
    public override void Check(AvroCursor cursor) => cursor.Spend(AvroCursor.ValueCost);

    public override void Write(AvroCursor cursor, Utf8JsonWriter writer) => writer.WriteNullValue();

    public override object? Read(AvroCursor cursor) => null;
}
