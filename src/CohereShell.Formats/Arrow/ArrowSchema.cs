using Apache.Arrow;

namespace CohereShell.Formats;

/// <summary>The columns of an Arrow file, and what the file tells about itself.</summary>
internal sealed record ArrowSchema(IReadOnlyList<ArrowField> Fields, IReadOnlyDictionary<string, string> Metadata)
{
    public static IReadOnlyDictionary<string, string> NoMetadata { get; } = new Dictionary<string, string>();

    /// <exception cref="ArrowException">The schema is damaged, or has numbers that start with the highest byte.</exception>
    public static ArrowSchema Read(FlatTable table)
    {
        if (table.Int16(0) != 0)
        {
            throw new ArrowException("its numbers are big-endian, which isn't supported. Write the file on another machine.");
        }

        var fields = new List<ArrowField>();
        foreach (FlatTable field in table.Tables(1))
        {
            fields.Add(ArrowField.Read(field, 0));
        }

        return new ArrowSchema(fields, ReadMetadata(table, 2));
    }

    /// <summary>The schema for the library that writes files.</summary>
    public Schema ToLibrary() => new(Fields.Select(field => field.ToLibrary()), Metadata);

    public static IReadOnlyDictionary<string, string> ReadMetadata(FlatTable table, int field)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (FlatTable pair in table.Tables(field))
        {
            metadata[pair.Text(0) ?? string.Empty] = pair.Text(1) ?? string.Empty;
        }

        return metadata;
    }
}
