namespace CohereShell;

/// <summary>Writes rows as JSON and uses the same memory for each.</summary>
internal sealed class RowJson : IDisposable
{
    private readonly MemoryStream _bytes = new();
    private readonly Utf8JsonWriter _json;

    // The reader has already checked the row and its depth.
    public RowJson() => _json = new Utf8JsonWriter(_bytes, new JsonWriterOptions { Encoder = JsonBody.WriterOptions.Encoder, SkipValidation = true });

    /// <summary>The JSON of the reader's current row, valid until the next row.</summary>
    public ArraySegment<byte> Of(DatasetRowReader row)
    {
        _bytes.SetLength(0);
        _json.Reset();
        row.WriteTo(_json);
        _json.Flush();
        return new ArraySegment<byte>(_bytes.GetBuffer(), 0, (int)_bytes.Length);
    }

    public void Dispose()
    {
        _json.Dispose();
        _bytes.Dispose();
    }
}
