namespace CohereShell;

/// <summary>Writes rows into a file.</summary>
internal interface IRowWriter : IDisposable
{
    void Write(DatasetRowReader row);

    /// <summary>Writes what has to be there even where there are no rows.</summary>
    void Complete(DatasetRowReader rows);
}
