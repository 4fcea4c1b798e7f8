namespace CohereShell;

/// <summary>Writes rows as JSON Lines.</summary>
internal sealed class JsonLinesRowWriter(Stream stream) : IRowWriter
{
    private readonly Stream _stream = stream;
    private readonly RowJson _json = new();

    public void Write(DatasetRowReader row)
    {
        ArraySegment<byte> json = _json.Of(row);
        _stream.Write(json.Array!, json.Offset, json.Count);
        _stream.WriteByte((byte)'\n');
    }

    public void Complete(DatasetRowReader rows)
    {
        // Nothing to add: each row is complete.
    }

    public void Dispose() => _json.Dispose();
}
