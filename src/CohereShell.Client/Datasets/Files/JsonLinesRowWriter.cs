namespace CohereShell;

/// <summary>Writes rows as JSON Lines.</summary>
internal sealed class JsonLinesRowWriter : IRowWriter
{
    private readonly Stream _stream;
    private readonly RowJson _json = new();

    public JsonLinesRowWriter(Stream stream) => _stream = stream;

    public void Write(DatasetRowReader row)
    {
        ArraySegment<byte> json = _json.Of(row);
        _stream.Write(json.Array!, json.Offset, json.Count);
        _stream.WriteByte((byte)'\n');
    }

    public void Complete(DatasetRowReader rows)
    {
        // Each row is complete as it is.
    }

    public void Dispose() => _json.Dispose();
}
