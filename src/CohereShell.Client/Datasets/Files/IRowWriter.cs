namespace CohereShell;

/// <summary>Writes rows to a file.</summary>
internal interface IRowWriter : IDisposable
{
    void Write(DatasetRowReader row);

    /// <summary>Writes what the file needs even without rows.</summary>
    void Complete(DatasetRowReader rows);
}
