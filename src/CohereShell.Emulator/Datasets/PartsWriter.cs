namespace CohereShell.Emulation;

/// <summary>Writes rows into the files of a dataset.</summary>
internal static class PartsWriter
{
    internal const int RowsPerPart = 5000;
    private const int Samples = 3;

    /// <param name="files">The folder for the files.</param>
    /// <param name="name">The prefix of the file names.</param>
    /// <param name="type">The type of all rows.</param>
    /// <param name="codec">The codec of the first file. The codecs alternate, so that clients see all of them.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="wantsSamples">Whether the first rows are also kept as JSON.</param>
    /// <param name="cancellationToken">Cancels the work. Files that were written are deleted.</param>
    internal static List<StoredPart> Write(
        StoredFiles files, string name, AvroSchema type, AvroCompression codec, IEnumerable<JsonElement> rows, bool wantsSamples, CancellationToken cancellationToken)
    {
        var parts = new List<StoredPart>();
        using IEnumerator<JsonElement> row = rows.GetEnumerator();
        try
        {
            bool hasRow = row.MoveNext();
            do
            {
                var samples = new List<string>();
                string file = files.NewName(".avro");
                parts.Add(new StoredPart { File = file });
                using (var writer = new AvroFileWriter(files.PathOf(file), type, parts.Count % 2 == 1 ? codec : Other(codec)))
                {
                    while (hasRow && writer.Rows < RowsPerPart)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        if (wantsSamples && parts.Count == 1 && samples.Count < Samples)
                        {
                            samples.Add(row.Current.GetRawText());
                        }

                        writer.Write(row.Current);
                        hasRow = row.MoveNext();
                    }

                    parts[parts.Count - 1] = new StoredPart { File = file, Rows = writer.Rows, Samples = samples };
                }
            }
            while (hasRow);
        }
        catch
        {
            parts.ForEach(part => files.Delete(part.File));
            throw;
        }

        return parts.Select((part, index) => part with
        {
            Name = FormattableString.Invariant($"{name}-{index:000}.avro"),
            Bytes = new FileInfo(files.PathOf(part.File)).Length,
        }).ToList();
    }

    private static AvroCompression Other(AvroCompression codec) => codec == AvroCompression.Deflate ? AvroCompression.Null : AvroCompression.Deflate;
}
