namespace CohereShell;

/// <summary>Writes a dataset into a file, which is there when it is complete and not before.</summary>
internal static class DatasetExport
{
    /// <summary>Downloads the rows into a file.</summary>
    /// <param name="files">The files of the dataset.</param>
    /// <param name="target">The file; it is not put in its place.</param>
    /// <param name="format">Its form.</param>
    /// <param name="progress">Is told how far it is, often.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CohereException">The rows cannot be downloaded or read.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static Task WriteAsync(DatasetFiles files, Stream target, DatasetFileFormat format, IProgress<DatasetExportProgress> progress, CancellationToken cancellationToken) => format switch
    {
        DatasetFileFormat.Jsonl => WriteRowsAsync(files, new JsonLinesRowWriter(target), progress, cancellationToken),
        DatasetFileFormat.Csv => WriteRowsAsync(files, new CsvRowWriter(target), progress, cancellationToken),
        DatasetFileFormat.Avro => JoinAsync(files, target, progress, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Objects have no form in a file."),
    };

    private static async Task WriteRowsAsync(DatasetFiles files, IRowWriter writer, IProgress<DatasetExportProgress> progress, CancellationToken cancellationToken)
    {
        using IRowWriter closed = writer;
        using var rows = new DatasetRowReader(files);
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // Rows that came together are read without a wait, and somebody may want to end it there.
            cancellationToken.ThrowIfCancellationRequested();
            writer.Write(rows);
            progress.Report(new DatasetExportProgress(rows.RowCount, files.BytesRead));
        }

        writer.Complete(rows);
    }

    private static async Task JoinAsync(DatasetFiles files, Stream target, IProgress<DatasetExportProgress> progress, CancellationToken cancellationToken)
    {
        var joiner = new AvroFileJoiner(target);
        for (int index = 0; index < files.Count; index++)
        {
            try
            {
                await joiner.AddAsync(files.Open(index), cancellationToken).ConfigureAwait(false);
            }
            catch (AvroException exception)
            {
                throw files.Failed(ErrorReason.DatasetNotReadable, index, exception.Message, exception);
            }

            progress.Report(new DatasetExportProgress(null, files.BytesRead));
        }
    }
}

/// <summary>How far an export is.</summary>
/// <param name="RowCount">How many rows are written; null where they are not counted.</param>
/// <param name="BytesRead">How many bytes have come.</param>
internal readonly record struct DatasetExportProgress(long? RowCount, long BytesRead);
