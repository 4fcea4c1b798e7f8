namespace CohereShell;

/// <summary>What an array does with its items when they are numbers.</summary>
internal interface IAvroNumber
{
    /// <summary>Checks so many that stand behind one another and are paid for.</summary>
    void CheckMany(AvroCursor cursor, long count);

    /// <summary>Writes so many that have been checked.</summary>
    void WriteMany(AvroCursor cursor, Utf8JsonWriter writer, int count);

    /// <summary>Appends so many that have been checked to an array, or begins one.</summary>
    Array ReadMany(AvroCursor cursor, int count, Array? before);
}
