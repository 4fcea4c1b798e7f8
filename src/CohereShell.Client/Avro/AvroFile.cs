namespace CohereShell;

/// <summary>
/// Reads the rows of an Avro object container file (specification 1.11), forward only and a block at a time: the form in
/// which Cohere hands out datasets and the results of jobs. The schema is that of the file.
/// </summary>
/// <remarks>
/// <para>
/// <see cref="Read"/> goes to a row and checks all of it. Then it can be had, as often as wanted, as JSON
/// (<see cref="WriteTo"/>: the quickest, nothing is made for it), as a <see cref="JsonElement"/> or as plain objects.
/// </para>
/// <para>
/// Records and maps are objects, arrays arrays, and a value of a union is the value itself. Enums are texts; bytes and
/// fixed are base64. Dates, times and timestamps are texts in ISO 8601, with a Z where they are in UTC; durations are such
/// texts too, decimals numbers with all their digits, and UUIDs texts. A value that does not fit its logical type is
/// shown as if it had none. NaN and the infinities are the texts NaN, Infinity and -Infinity.
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
        _type = AvroSchemaReader.Read(header.Schema ?? throw new InvalidDataException("it has no schema"));
        _cursor = new AvroCursor(limits);
        _jsonOptions = new JsonReaderOptions { MaxDepth = limits.Depth };
        Codec = header.Codec;
        Metadata = header.Metadata;
        Fields = (_type as AvroRecord)?.Names.ToArray() ?? [];
    }

    /// <summary>What stands in the header beside the rows: "avro.schema", "avro.codec", and what its writer added.</summary>
    public IReadOnlyDictionary<string, byte[]> Metadata { get; }

    /// <summary>How the blocks are compressed: "null" (not at all), "deflate" or "snappy".</summary>
    public string Codec { get; }

    /// <summary>The names of the fields of a row, in their order. None if rows are no records.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>How many rows have been read.</summary>
    public long RowCount { get; private set; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="stream">The file. It need not be seekable, and is closed with this, or if this cannot be made.</param>
    /// <param name="limits">What the file may ask for.</param>
    /// <exception cref="AvroException">It is none, or damaged, or compressed in a way that is not known here.</exception>
    public static AvroFile Open(Stream stream, AvroLimits? limits = null) =>
        OpenAsync(stream, limits ?? AvroLimits.Default, isAsync: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc cref="Open"/>
    public static Task<AvroFile> OpenAsync(Stream stream, AvroLimits? limits = null, CancellationToken cancellationToken = default) =>
        OpenAsync(stream, limits ?? AvroLimits.Default, isAsync: true, cancellationToken);

    /// <summary>Goes to the next row; false when there is none. After an exception there is none.</summary>
    /// <exception cref="AvroException">The row or its block is damaged.</exception>
    public bool Read() => TryReadRow() || ReadFromNextBlockAsync(isAsync: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc cref="Read"/>
    public Task<bool> ReadAsync(CancellationToken cancellationToken = default) =>
        TryReadRow() ? True : ReadFromNextBlockAsync(isAsync: true, cancellationToken);

    /// <summary>Writes the row as one JSON value.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        _cursor.Position = Start();
        _type.Write(_cursor, writer);
    }

    /// <summary>The row as JSON that does not depend on this.</summary>
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
    /// The row as plain objects, as <see cref="JsonValues.ToObject"/> makes them of JSON, but without the detour: records
    /// and maps are dictionaries, whole numbers Int64, and arrays of numbers are Single[], Double[] or Int64[].
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
                FormattableString.Invariant($"The Avro file cannot be read in its header, byte {input.Position}: {exception.Message}."),
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

        // What is wrong with a row is wrong with all that come after it: nothing says where they begin.
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
            throw _cursor.Fail(FormattableString.Invariant($"{_cursor.Remaining} bytes are left behind the last row"));
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
                    FormattableString.Invariant($"The Avro file cannot be read in block {_block}, which begins at byte {_blocks.Start}: {exception.Message.TrimEnd('.')}."),
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
                throw _cursor.Fail("the block has bytes and no rows");
            }

            if (TryReadRow())
            {
                return true;
            }
        }

        return false;
    }

    private int Start() => _hasRow ? _start : throw new InvalidOperationException("There is no row to be had before Read has found one.");
}
