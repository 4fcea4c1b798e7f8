namespace CohereShell;

/// <summary>
/// A number. Arrays of numbers are the vectors of embeddings, most of the data that Cohere returns. They are processed in
/// one call and become arrays of numbers, without an object for each.
/// </summary>
internal abstract class AvroNumber<T> : AvroType, IAvroNumber
    where T : unmanaged
{
    public override void Check(AvroCursor cursor)
    {
        cursor.Spend(AvroCursor.ValueCost);
        CheckMany(cursor, 1);
    }

    public abstract void CheckMany(AvroCursor cursor, long count);

    public override void Write(AvroCursor cursor, Utf8JsonWriter writer) => WriteMany(cursor, writer, 1);

    public abstract void WriteMany(AvroCursor cursor, Utf8JsonWriter writer, int count);

    public override object? Read(AvroCursor cursor) => ReadOne(cursor);

    public Array ReadMany(AvroCursor cursor, int count, Array? before)
    {
        int start = before?.Length ?? 0;
        T[] numbers = Uninitialized.Array<T>(start + count);
        before?.CopyTo(numbers, 0);
        for (int i = start; i < numbers.Length; i++)
        {
            numbers[i] = ReadOne(cursor);
        }

        return numbers;
    }

    protected abstract T ReadOne(AvroCursor cursor);
}
