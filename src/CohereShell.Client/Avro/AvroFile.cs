namespace CohereShell;

/// <summary>
/// Reads the rows of an Avro object container file (specification 1.11), forward only and block by block. Cohere returns
/// datasets and job results in this format. The schema is the file's own.
/// </summary>
/// <remarks>
/// <para>
/// <see cref="Read"/> moves to a row and checks all of it. Then you can get the row any number of times: as JSON
/// (<see cref="WriteTo"/>, the fastest way, without objects), as a <see cref="JsonElement"/> or as plain objects.
/// </para>
/// <para>
/// Records and maps become objects, arrays become arrays, and a union becomes its value. Enums become strings; bytes and
/// fixed become base64. Dates, times, timestamps and durations become ISO 8601 strings, with a Z if they are UTC.
/// Decimals become numbers with all digits, and UUIDs become strings. A value that doesn't fit its logical type is
/// written without it. NaN and the infinities become the strings NaN, Infinity and -Infinity.
/// </para>
/// </remarks>
internal sealed class AvroFile : IDisposable
{
    private static readonly Task<bool> True = Task.FromResult(true);
    private readonly AvroInput _input;
    private readonly AvroBlockReader _blocks;
    private readonly AvroCursor _cursor;
    private readonly AvroType _type;
    private readonly JsonReaderOptions _jsonOptions;
    private long _block;
    private long _left;
    private bool _isAtEnd;
    private bool _hasRow;
    private int _start;
    private int _end;
    private MemoryStream? _json;

    private AvroFile(AvroInput input, AvroHeader header, AvroLimits limits)
    {
        _input = input;
        _blocks = new AvroBlockReader(input, header, limits);
        _type = AvroSchemaReader.Read(header.Schema ?? throw new InvalidDataException("it doesn't have a schema"));
        _cursor = new AvroCursor(limits);
        _jsonOptions = new JsonReaderOptions { MaxDepth = limits.Depth };
        Codec = header.Codec;
        Metadata = header.Metadata;
        Fields = (_type as AvroRecord)?.Names.ToArray() ?? [];
    }

    /// <summary>The metadata of the header: "avro.schema", "avro.codec", and anything that the writer added.</summary>
    public IReadOnlyDictionary<string, byte[]> Metadata { get; }

    /// <summary>The compression of the blocks: "null" for none, "deflate" or "snappy".</summary>
    public string Codec { get; }

    /// <summary>The names of a row's fields, in order. Empty if the rows aren't records.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>The number of rows read.</summary>
    public long RowCount { get; private set; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="stream">The file. It need not be seekable. It is closed with this object, or if opening fails.</param>
    /// <param name="limits">The limits for the file.</param>
    /// <exception cref="AvroException">It isn't an Avro file, it is damaged, or its compression isn't supported.</exception>
    public static AvroFile Open(Stream stream, AvroLimits? limits = null) =>
        OpenAsync(stream, limits ?? AvroLimits.Default, isAsync: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc cref="Open"/>
    public static Task<AvroFile> OpenAsync(Stream stream, AvroLimits? limits = null, CancellationToken cancellationToken = default) =>
        OpenAsync(stream, limits ?? AvroLimits.Default, isAsync: true, cancellationToken);

    /// <summary>Moves to the next row; false at the end, and after an exception.</summary>
    /// <exception cref="AvroException">The row or its block is damaged.</exception>
    public bool Read() => TryReadRow() || ReadFromNextBlockAsync(isAsync: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc cref="Read"/>
    public Task<bool> ReadAsync(CancellationToken cancellationToken = default) =>
        TryReadRow() ? True : ReadFromNextBlockAsync(isAsync: true, cancellationToken);

    /// <summary>Writes the row as a JSON value.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        _cursor.Position = Start();
        _type.Write(_cursor, writer);
    }

    /// <summary>The row as JSON that doesn't depend on this object.</summary>
    public JsonElement ToElement()
    {
        _json ??= new MemoryStream();
        _json.SetLength(0);
        using (var writer = new Utf8JsonWriter(_json, new JsonWriterOptions { SkipValidation = true }))
        {
            WriteTo(writer);
        }

        var reader = new Utf8JsonReader(_json.GetBuffer().AsSpan(0, (int)_json.Length), _jsonOptions);
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>
    /// The row as plain objects, as <see cref="JsonValues.ToObject"/> creates them from JSON, but directly: records and maps
    /// are dictionaries, integers are Int64, and arrays of numbers are Single[], Double[] or Int64[].
    /// </summary>
    public object? ToObject()
    {
        _cursor.Position = Start();
        return _type.Read(_cursor);
    }

    public void Dispose() => _input.Dispose();

    private static async Task<AvroFile> OpenAsync(Stream stream, AvroLimits limits, bool isAsync, CancellationToken cancellationToken)
    {
        var input = new AvroInput(stream);
        try
        {
            AvroHeader header = await AvroHeader.ReadAsync(input, limits, isAsync, cancellationToken).ConfigureAwait(false);
            return new AvroFile(input, header, limits);
        }
        catch (InvalidDataException exception)
        {
            input.Dispose();
            throw new AvroException(
                FormattableString.Invariant($"The Avro file can't be read in its header, byte {input.Position}: {exception.Message}."),
                block: 0,
                input.Position,
                exception);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    private bool TryReadRow()
    {
        _hasRow = false;
        if (_left == 0)
        {
            return false;
        }

        // After an error in a row, the following rows can't be found.
        long left = _left - 1;
        bool isAtEnd = _isAtEnd;
        _left = 0;
        _isAtEnd = true;
        _cursor.Position = _end;
        _cursor.BeginRow();
        _start = _end;
        _type.Check(_cursor);
        _end = _cursor.Position;
        if (left == 0 && _cursor.Remaining > 0)
        {
            throw _cursor.Fail(FormattableString.Invariant($"{_cursor.Remaining} bytes are left after the last row"));
        }

        _left = left;
        _isAtEnd = isAtEnd;
        _hasRow = true;
        RowCount++;
        return true;
    }

    private async Task<bool> ReadFromNextBlockAsync(bool isAsync, CancellationToken cancellationToken)
    {
        while (!_isAtEnd)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _block++;
            _isAtEnd = true;
            try
            {
                if (!await _blocks.ReadAsync(isAsync, cancellationToken).ConfigureAwait(false))
                {
                    return false;
                }
            }
            catch (InvalidDataException exception)
            {
                throw new AvroException(
                    FormattableString.Invariant($"The Avro file can't be read in block {_block}, which starts at byte {_blocks.Start}: {exception.Message.TrimEnd('.')}."),
                    _block,
                    _blocks.Start,
                    exception);
            }

            _isAtEnd = false;
            _end = 0;
            _left = _blocks.RowCount;
            _cursor.Begin(_blocks, _block);
            if (_left == 0 && _cursor.Remaining > 0)
            {
                _isAtEnd = true;
                throw _cursor.Fail("the block has bytes but no rows");
            }

            if (TryReadRow())
            {
                return true;
            }
        }

        return false;
    }

    private int Start() => _hasRow ? _start : throw new InvalidOperationException("Call Read before you get a row.");
}
