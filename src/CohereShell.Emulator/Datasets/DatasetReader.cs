using System.Text;

namespace CohereShell.Emulation;

/// <summary>Reads and validates the rows of an uploaded file. Holds one row at a time in memory.</summary>
internal sealed class DatasetReader(StoredFiles files, StoredDataset dataset)
{
    internal static readonly string[] Extensions = [".jsonl", ".csv", ".txt"];
    private readonly DatasetKind _kind = DatasetKinds.Find(dataset.Type)!;

    /// <summary>The fields to keep, in order.</summary>
    internal IReadOnlyList<string> Fields { get; } = DatasetKinds.Find(dataset.Type)!.RequiredFields
        .Concat(dataset.KeepFields).Concat(dataset.OptionalFields).Distinct(StringComparer.Ordinal).ToArray();

    /// <summary>Reads all rows, valid or not.</summary>
    internal IEnumerable<DatasetRow> Read(StoredUpload upload)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        using var reader = new StreamReader(upload.Open(files), Encoding.UTF8);
        IEnumerable<DatasetRow> rows = upload.Extension switch
        {
            ".csv" => CsvRows.Read(reader, dataset.CsvDelimiter is { Length: > 0 } delimiter ? delimiter[0] : ','),
            ".txt" => TextRows.Read(reader, dataset.TextSeparator is { Length: > 0 } separator ? separator : "\n"),
            _ => JsonLines.Read(reader),
        };
        foreach (DatasetRow row in rows)
        {
            yield return row.Error is null ? row with { Error = Check(row.Value, ids) } : row;
        }
    }

    /// <summary>Reads the valid rows.</summary>
    internal IEnumerable<JsonElement> ReadValid(StoredUpload upload) => Read(upload).Where(row => row.Error is null).Select(row => row.Value);

    /// <summary>The type of a row in a file of the dataset.</summary>
    internal AvroSchema TypeOf(JsonElement row) => AvroSchema.Record(Fields.Select(field =>
        new KeyValuePair<string, AvroSchema>(field, AvroSchema.Of(row.TryGetProperty(field, out JsonElement value) ? value : default))));

    private string? Check(JsonElement row, HashSet<string> ids)
    {
        string? missing = _kind.RequiredFields.Concat(dataset.KeepFields).FirstOrDefault(field => !row.TryGetProperty(field, out _));
        if (missing is not null)
        {
            return $"field '{missing}' is missing";
        }

        if (_kind.Check(row) is { } error)
        {
            return error;
        }

        return !_kind.IsForBatches || ids.Add(row.GetProperty("custom_id").GetString()!)
            ? null
            : $"custom_id '{row.GetProperty("custom_id").GetString()}' is not unique";
    }
}
