namespace CohereShell;

/// <summary>A value of one of several types, usually one that can be null. It is written as the value itself.</summary>
internal sealed class AvroUnion(AvroType[] branches) : AvroType
{
    private readonly AvroType[] _branches = branches;

    public override void Check(AvroCursor cursor) => Branch(cursor).Check(cursor);

    public override void Write(AvroCursor cursor, Utf8JsonWriter writer) => Branch(cursor).Write(cursor, writer);

    public override object? Read(AvroCursor cursor) => Branch(cursor).Read(cursor);

    private AvroType Branch(AvroCursor cursor) => _branches[cursor.ReadIndex(_branches.Length)];
}
