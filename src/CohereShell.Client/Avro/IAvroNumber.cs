namespace CohereShell;

/// <summary>How an array processes items that are numbers.</summary>
internal interface IAvroNumber
{
    /// <summary>Checks a number of consecutive items whose cost is already deducted.</summary>
    void CheckMany(AvroCursor cursor, long count);

    /// <summary>Writes a number of checked items.</summary>
    void WriteMany(AvroCursor cursor, Utf8JsonWriter writer, int count);

    /// <summary>Appends a number of checked items to an array, or creates one.</summary>
    Array ReadMany(AvroCursor cursor, int count, Array? before);
}
