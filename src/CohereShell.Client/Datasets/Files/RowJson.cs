namespace CohereShell;

/// <summary>Rows as JSON, each in the memory of the one before.</summary>
internal sealed class RowJson : IDisposable
{
    private readonly MemoryStream _bytes = new();
    private readonly Utf8JsonWriter _json;

    // The reader has checked the row, and says how deep rows may be.
    public RowJson() => _json = new Utf8JsonWriter(_bytes, new JsonWriterOptions { Encoder = JsonBody.WriterOptions.Encoder, SkipValidation = true });

    /// <summary>The row that the reader is at. It is gone with the next.</summary>
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
