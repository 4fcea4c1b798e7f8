namespace CohereShell;

/// <summary>Writes a dataset to a file, which appears only when it is complete.</summary>
internal static class DatasetExport
{
    /// <summary>Downloads the rows to a file.</summary>
    /// <param name="files">The files of the dataset.</param>
    /// <param name="target">The stream of the temporary file.</param>
    /// <param name="format">The format of the file.</param>
    /// <param name="model">The model that created the rows, which is added to rows of JSON Lines; null if there isn't one.</param>
    /// <param name="progress">Receives the progress, often.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="CohereException">The rows can't be downloaded or read.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static Task WriteAsync(DatasetFiles files, Stream target, DatasetFileFormat format, string? model, IProgress<DatasetExportProgress> progress, CancellationToken cancellationToken) => format switch
    {
        DatasetFileFormat.Jsonl => WriteRowsAsync(files, new JsonLinesRowWriter(target, model), progress, cancellationToken),
        DatasetFileFormat.Csv => WriteRowsAsync(files, new CsvRowWriter(target), progress, cancellationToken),
        DatasetFileFormat.Avro => JoinAsync(files, target, progress, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "The format Object can't be written to a file."),
    };

    private static async Task WriteRowsAsync(DatasetFiles files, IRowWriter writer, IProgress<DatasetExportProgress> progress, CancellationToken cancellationToken)
    {
        using IRowWriter closed = writer;
        using var rows = new DatasetRowReader(files);
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // Rows that arrived together are read without waiting, so check here whether the user stopped the export.
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

/// <summary>The progress of an export.</summary>
/// <param name="RowCount">The number of rows written; null if they aren't counted.</param>
/// <param name="BytesRead">The number of bytes received.</param>
internal readonly record struct DatasetExportProgress(long? RowCount, long BytesRead);
