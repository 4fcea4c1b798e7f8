namespace CohereShell;

/// <summary>Writes rows as JSON Lines.</summary>
/// <param name="stream">The stream of the file.</param>
/// <param name="model">The model of the embeddings in the rows, which the rows don't contain; null if there isn't one.</param>
internal sealed class JsonLinesRowWriter(Stream stream, string? model = null) : IRowWriter
{
    private readonly byte[] _model = model is null ? [] : System.Text.Encoding.UTF8.GetBytes("\"model\":\"" + JsonEncodedText.Encode(model, JsonBody.WriterOptions.Encoder) + "\"");
    private readonly Stream _stream = stream;
    private readonly RowJson _json = new();

    public void Write(DatasetRowReader row)
    {
        ArraySegment<byte> json = _json.Of(row);
        int start = json.Offset;
        if (_model.Length > 0 && json.Count > 2 && json.Array![start] == '{' && !row.Fields.Contains("model", StringComparer.OrdinalIgnoreCase))
        {
            // Without the model, the file can't be searched.
            _stream.WriteByte((byte)'{');
            _stream.Write(_model, 0, _model.Length);
            _stream.WriteByte((byte)',');
            start++;
        }

        _stream.Write(json.Array!, start, json.Count - (start - json.Offset));
        _stream.WriteByte((byte)'\n');
    }

    public void Complete(DatasetRowReader rows)
    {
        // Nothing to add: each row is complete.
    }

    public void Dispose() => _json.Dispose();
}
