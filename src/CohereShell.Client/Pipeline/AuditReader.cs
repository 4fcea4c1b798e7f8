namespace CohereShell;

/// <summary>
/// Reads the entries of an audit file one after another, also while sessions write to it. Damaged lines are skipped and
/// counted.
/// </summary>
internal sealed class AuditReader(string path, Stream stream) : IDisposable
{
    // A session can replace the line of its call between two reads of the file. Then the line is read again.
    private const int MostRereads = 8;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 16 };

    private readonly string _path = path;
    private readonly Stream _stream = stream;
    private LineReader _lines = new(stream);
    private long _lineNumber;
    private long _position;
    private int _rereads;

    /// <summary>The number of lines that can't be read as entries.</summary>
    public long DamagedLines { get; private set; }

    /// <summary>The number of the first of them, from 1.</summary>
    public long FirstDamagedLine { get; private set; }

    /// <summary>Opens a file that other processes can write, replace and delete.</summary>
    public static AuditReader Open(string path) =>
        new(path, new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096, FileOptions.SequentialScan));

    /// <summary>All entries of a file.</summary>
    public IEnumerable<AuditEntry> ReadAll()
    {
        while (Read() is { } entry)
        {
            yield return entry;
        }
    }

    /// <summary>Reads the next entry; null at the end of the file.</summary>
    public AuditEntry? Read()
    {
        while (true)
        {
            try
            {
                if (!_lines.TryRead(out ReadOnlySpan<byte> line))
                {
                    return null;
                }

                long begin = _position;
                _lineNumber++;
                _position += line.Length + (_lines.HasLineBreak ? 1 : 0);
                if (Trim(line) is not { IsEmpty: false } text)
                {
                    continue;
                }

                if (Parse(text) is { } entry)
                {
                    return entry;
                }

                if (_stream.CanSeek && _rereads < MostRereads)
                {
                    _rereads++;
                    _stream.Seek(begin, SeekOrigin.Begin);
                    _lines = new LineReader(_stream);
                    if (_lines.TryRead(out line))
                    {
                        _position = begin + line.Length + (_lines.HasLineBreak ? 1 : 0);
                        if (Parse(Trim(line)) is { } written)
                        {
                            return written;
                        }
                    }
                }
            }
            catch (LineTooLongException)
            {
                // The place of the next line isn't known, so no line is read again.
                _lineNumber++;
                _rereads = MostRereads;
            }

            DamagedLines++;
            FirstDamagedLine = FirstDamagedLine == 0 ? _lineNumber : FirstDamagedLine;
        }
    }

    public void Dispose() => _stream.Dispose();

    private ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line)
    {
        if (_lineNumber == 1 && line.StartsWith("\uFEFF"u8))
        {
            line = line.Slice(3);
        }

        int start = 0;
        int end = line.Length;
        while (start < end && IsBlank(line[start]))
        {
            start++;
        }

        while (end > start && IsBlank(line[end - 1]))
        {
            end--;
        }

        return line.Slice(start, end - start);
    }

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or 0;

    private AuditEntry? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, Options);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            // What follows the object isn't part of the entry.
            return reader.Read() || document.RootElement.ValueKind != JsonValueKind.Object ? null : From(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            // FormatException: a number is out of range. InvalidOperationException: a string isn't valid UTF-8.
            return null;
        }
    }

    private AuditEntry? From(JsonElement line)
    {
        if (Text(line, "operation") is not { Length: > 0 } operation
            || !line.TryGetProperty("time", out JsonElement time) || time.ValueKind != JsonValueKind.String || !time.TryGetDateTimeOffset(out DateTimeOffset at))
        {
            return null;
        }

        return new AuditEntry
        {
            Time = at,
            UserName = Text(line, "user"),
            ComputerName = Text(line, "computer"),
            ProcessId = Whole(line, "process"),
            SessionId = Text(line, "session"),
            ClientName = Text(line, "client"),
            Operation = operation,
            Method = Text(line, "method"),
            Path = Text(line, "path"),
            Target = Text(line, "target"),
            Model = Text(line, "model"),
            InputCount = Whole(line, "inputs") ?? 0,
            Outcome = Text(line, "outcome") ?? string.Empty,
            Reason = Text(line, "reason"),
            StatusCode = Whole(line, "status"),
            Attempts = Whole(line, "attempts") ?? 0,
            Elapsed = TimeSpan.FromMilliseconds(Math.Max(0, Math.Min(Count(line, "milliseconds"), int.MaxValue * 1000L))),
            RequestId = Text(line, "requestId"),
            Usage = UsageOf(line),
            Tool = Text(line, "tool"),
            Command = Text(line, "command"),
            Consent = Text(line, "consent"),
            ToolCallId = Text(line, "toolCallId"),
            File = _path,
            LineNumber = _lineNumber,
        };
    }

    private static Usage UsageOf(JsonElement line) => new()
    {
        InputTokens = Count(line, "inputTokens"),
        OutputTokens = Count(line, "outputTokens"),
        BilledInputTokens = Count(line, "billedInputTokens"),
        BilledOutputTokens = Count(line, "billedOutputTokens"),
        BilledSearchUnits = Number(line, "billedSearchUnits") is { } units && units.TryGetDecimal(out decimal fraction) ? Math.Max(0, fraction) : 0,
        BilledClassifications = Count(line, "billedClassifications"),
        BilledImages = Count(line, "billedImages"),
        BilledImageTokens = Count(line, "billedImageTokens"),
        BilledPages = Count(line, "billedPages"),
    };

    private static string? Text(JsonElement line, string name) =>
        line.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Whole(JsonElement line, string name) => Number(line, name) is { } value && value.TryGetInt32(out int whole) ? whole : null;

    // A negative count would reduce the sum of the others.
    private static long Count(JsonElement line, string name) => Number(line, name) is not { } value ? 0
        : value.TryGetInt64(out long whole) ? Math.Max(0, whole)
        : value.TryGetDouble(out double number) && number is >= 0 and < long.MaxValue ? (long)number
        : 0;

    private static JsonElement? Number(JsonElement line, string name) =>
        line.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value : null;
}
