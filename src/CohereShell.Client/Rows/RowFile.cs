using System.Globalization;
using System.Text;

namespace CohereShell;

/// <summary>
/// A file of results that grows by one row at a time: JSON Lines, CSV or another format. A row is written at once, so that after the end of
/// the process at any moment the file has complete rows, and at most a part of one more, which the next run removes.
/// </summary>
internal sealed class RowFile : IDisposable
{
    private const int DeepestLevel = 256;

    private readonly object _gate = new();
    private readonly string _lockPath;
    private readonly FileStream? _lock;
    private readonly Stream _stream;
    private readonly bool _isPreview;
    private readonly bool _isCsv;
    private readonly IRowFormat? _format;
    private long _end;
    private bool _needsLineBreak;
    private bool _isClosed;

    /// <summary>Opens or creates a file. No other process can write to it until it's closed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isCsv">Whether it's CSV instead of JSON Lines.</param>
    /// <param name="isPreview">Whether the file is only read, and rows that are appended are dropped: for -WhatIf.</param>
    /// <param name="format">The format, if it isn't text.</param>
    /// <exception cref="RowFileException">Another process writes to the file.</exception>
    /// <exception cref="IOException">The file can't be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">You don't have permission to write the file.</exception>
    public RowFile(string path, bool isCsv, bool isPreview = false, IRowFormat? format = null)
    {
        Path = LinkedFile.Target(path);
        _isCsv = isCsv;
        _format = format;
        _isPreview = isPreview;
        Folder.Refuse(Path);
        if (System.IO.Path.GetDirectoryName(Path) is { Length: > 0 } folder && !Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The folder '{folder}' doesn't exist.");
        }

        _lockPath = Path + ".lock";
        if (isPreview)
        {
            _stream = File.Exists(Path) ? new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : new MemoryStream([], writable: false);
            _end = _stream.Length;
            return;
        }

        _lock = Lock();
        try
        {
            // Without a buffer, so that each row is in the file when it's written. Others can read the file meanwhile.
            _stream = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 1);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }

        _end = _stream.Length;
    }

    /// <summary>The file: the target of a link, not the link.</summary>
    public string Path { get; }

    /// <summary>Whether the file has content.</summary>
    public bool HasContent => _stream.Length > 0;

    /// <summary>Whether the file has a complete row that stays.</summary>
    public bool HasRows => _end > 0;

    /// <summary>The columns of a CSV file; null if it has no complete first line.</summary>
    public IReadOnlyList<string>? Columns { get; private set; }

    /// <summary>Whether the file ends with a part of a row. Reading has found it, and the next row replaces it.</summary>
    public bool IsTorn => _format?.IsTorn ?? _end < _stream.Length;

    /// <summary>Removes everything from the file.</summary>
    public void Clear() => _end = 0;

    /// <summary>Reads some fields of all complete rows. The names aren't case-sensitive.</summary>
    /// <exception cref="RowFileException">The file isn't what it should be.</exception>
    public IEnumerable<IReadOnlyDictionary<string, string>> Read(IReadOnlyList<string> names)
    {
        _stream.Position = 0;
        return _format is not null ? ReadFormat(_format, names) : _isCsv ? ReadCsv(names) : ReadLines(names);
    }

    /// <summary>
    /// Sets the columns of the rows to append, and removes a part of a row at the end. An existing CSV file must have the
    /// same columns, in any order.
    /// </summary>
    /// <exception cref="RowFileException">The file has other columns.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Begin(IReadOnlyList<string> names)
    {
        CheckColumns(names);
        // A file that is to be replaced stays as it is until there is a first row.
        if (_end > 0)
        {
            Append(ReadOnlySpan<byte>.Empty);
        }
    }

    /// <summary>Names that aren't columns of the file. Their values can't be written.</summary>
    public string[] Surplus(IEnumerable<string> names) =>
        (Columns ?? PendingColumns) is { } columns ? names.Except(columns, StringComparer.OrdinalIgnoreCase).ToArray() : [];

    /// <summary>Appends a row. It's in the file when the method returns. It can be called from any thread.</summary>
    /// <exception cref="IOException">The row can't be written. None of it is in the file.</exception>
    public void Append(IReadOnlyList<KeyValuePair<string, JsonElement>> row)
    {
        lock (_gate)
        {
            Append(_isCsv ? Encoding.UTF8.GetBytes(CsvRow(row)) : JsonRow(row));
        }
    }

    /// <summary>Appends complete lines. It can be called from any thread.</summary>
    /// <exception cref="IOException">They can't be written. None of them is in the file.</exception>
    public void Append(ReadOnlySpan<byte> lines)
    {
        lock (_gate)
        {
            // Closed: the command has ended while the answer arrived.
            if (_isClosed || _isPreview)
            {
                return;
            }

            Cut();
            if (lines.IsEmpty && !_needsLineBreak)
            {
                return;
            }

            byte[] bytes = _needsLineBreak ? [(byte)'\n', .. lines] : lines.ToArray();
            try
            {
                _stream.Position = _end;
                _stream.Write(bytes, 0, bytes.Length);
                _stream.Flush();
            }
            catch (Exception exception) when (ReplacingFile.IsWriteFailure(exception))
            {
                // On a full disk, a part may have been written.
                Cut();
                throw;
            }

            _end += bytes.Length;
            _needsLineBreak = false;
            Columns ??= PendingColumns;
        }
    }

    /// <summary>Adds what follows the last row. It isn't a row: new rows replace it.</summary>
    /// <exception cref="IOException">It can't be written. None of it is in the file.</exception>
    public void AppendEnd(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            long end = _end;
            Append(bytes);
            _end = end;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            if (_isPreview)
            {
                _stream.Dispose();
                return;
            }

            bool isEmpty = false;
            try
            {
                isEmpty = _stream.Length == 0 && _end == 0;
            }
            catch (IOException)
            {
                // The file system is gone. There is nothing to clean up.
            }

            _stream.Dispose();
            if (isEmpty)
            {
                Delete(Path);
            }

            // While the lock is held: another process may create the file as soon as it isn't.
            Delete(_lockPath);
            _lock?.Dispose();
        }
    }

    private IReadOnlyList<string>? PendingColumns { get; set; }

    private void CheckColumns(IReadOnlyList<string> names)
    {
        if (!_isCsv)
        {
            return;
        }

        if (_end == 0 || (Columns is null && IsStartOf(CsvLine(names))))
        {
            _end = 0;
            Columns = null;
            PendingColumns = names;
            return;
        }

        IReadOnlyList<string> existing = Columns ?? throw new RowFileException("doesn't start with the names of its columns, so it isn't a file of results", "Specify another file.");
        string[] missing = names.Except(existing, StringComparer.OrdinalIgnoreCase).ToArray();
        string[] surplus = existing.Except(names, StringComparer.OrdinalIgnoreCase).ToArray();
        if (missing.Length > 0 || surplus.Length > 0)
        {
            string difference = string.Join(" and ", new[] { Difference("doesn't have the column", missing), Difference("has the column", surplus) }.OfType<string>());
            throw new RowFileException(
                $"has other columns than the rows of this run: it {difference}",
                "Run the command with the parameters and the rows of the first run, or write to another file.");
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // An empty file that stays does no harm.
        }
    }

    private static string? Difference(string verb, string[] names) =>
        names.Length == 0 ? null : $"{verb}{(names.Length > 1 ? "s" : string.Empty)} {string.Join(", ", names.Select(name => $"'{name}'"))}";

    // A separate file, because locking the file itself would keep others on Unix from reading it. The lock ends with the
    // process. A file that a killed process leaves behind isn't locked.
    private FileStream Lock()
    {
        while (true)
        {
            FileStream file;
            try
            {
                // On Unix, .NET locks a file only if nothing is shared. On Windows, an open file can be deleted only if that
                // is shared.
                file = new FileStream(_lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, IsUnix ? FileShare.None : FileShare.Delete, bufferSize: 1);
            }
            catch (IOException exception) when (exception is not DirectoryNotFoundException && File.Exists(_lockPath))
            {
                throw new RowFileException("is being written by another process", "Wait until the other command has ended, or write to another file.");
            }

            // Another process may have deleted the file before it was locked here.
            if (File.Exists(_lockPath))
            {
                return file;
            }

            file.Dispose();
        }
    }

    private IEnumerable<IReadOnlyDictionary<string, string>> ReadFormat(IRowFormat format, IReadOnlyList<string> names)
    {
        if (!HasContent)
        {
            yield break;
        }

        foreach (IReadOnlyDictionary<string, string> row in format.Read(_stream, names))
        {
            yield return row;
        }

        _end = format.End;
    }

    private IEnumerable<IReadOnlyDictionary<string, string>> ReadCsv(IReadOnlyList<string> names)
    {
        var reader = new CsvRecordReader(_stream);
        if (!reader.TryRead(out IReadOnlyList<string> header))
        {
            // Nothing, or a part of the first line: SetColumns decides whether it's ours.
            yield break;
        }

        Columns = header.ToArray();
        string[] known = Columns.ToArray();
        Dictionary<string, int> places = names
            .Select(name => new KeyValuePair<string, int>(name, Array.FindIndex(known, column => string.Equals(column, name, StringComparison.OrdinalIgnoreCase))))
            .Where(place => place.Value >= 0)
            .ToDictionary(place => place.Key, place => place.Value);
        reader.OnlyField = places.Count == 1 ? places.Values.First() : null;
        while (reader.TryRead(out IReadOnlyList<string> fields))
        {
            var row = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (KeyValuePair<string, int> place in places.Where(place => place.Value < fields.Count))
            {
                row[place.Key] = fields[place.Value];
            }

            yield return row;
        }

        _end = reader.End;
    }

    private IEnumerable<IReadOnlyDictionary<string, string>> ReadLines(IReadOnlyList<string> names)
    {
        var lines = new LineReader(_stream);
        long start = 0;
        while (TryReadLine(lines, out byte[] line, out bool hasLineBreak))
        {
            Dictionary<string, string>? row = null;
            if (line.Any(character => character is not ((byte)' ' or (byte)'\t' or (byte)'\r')))
            {
                row = RowOf(line, names);
                // Only the beginning of a row is removed: the file may be something else.
                if (row is null && !hasLineBreak && line[0] == (byte)'{')
                {
                    _end = start;
                    yield break;
                }

                if (row is null)
                {
                    throw new RowFileException(
                        string.Format(CultureInfo.InvariantCulture, "has a line {0} that isn't a JSON object, so it isn't a file of results, or it's damaged", lines.LineNumber),
                        "Correct or remove the line, or write to another file.");
                }
            }

            start += line.Length + 1;
            // A complete row whose line break is missing stays: its answer is paid for.
            _needsLineBreak = !hasLineBreak;
            if (row is not null)
            {
                yield return row;
            }
        }
    }

    private static bool TryReadLine(LineReader lines, out byte[] line, out bool hasLineBreak)
    {
        line = [];
        hasLineBreak = false;
        try
        {
            if (!lines.TryRead(out ReadOnlySpan<byte> bytes))
            {
                return false;
            }

            line = bytes.ToArray();
            hasLineBreak = lines.HasLineBreak;
            return true;
        }
        catch (LineTooLongException exception)
        {
            throw new RowFileException($"has a line that is too long: {exception.Message}", "Write to another file.");
        }
    }

    private static Dictionary<string, string>? RowOf(byte[] line, IReadOnlyList<string> names)
    {
        int mark = line.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        try
        {
            var row = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            var reader = new Utf8JsonReader(line.AsSpan(mark), new JsonReaderOptions { MaxDepth = DeepestLevel });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                if (names.FirstOrDefault(wanted => string.Equals(wanted, name, StringComparison.OrdinalIgnoreCase)) is { } wanted)
                {
                    row[wanted] = TextOf(JsonElement.ParseValue(ref reader));
                }
                else
                {
                    reader.Skip();
                }
            }

            return reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? row : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string isn't valid UTF-8.
            return null;
        }
    }

    /// <summary>A value as text. It's the same for a value in the input and for its copy in the file.</summary>
    internal static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => string.Empty,
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => bool.TrueString,
        JsonValueKind.False => bool.FalseString,
        JsonValueKind.Number => value.GetRawText(),
        _ => Compact(value),
    };

    private static string Compact(JsonElement value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonBody.WriterOptions))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static byte[] JsonRow(IReadOnlyList<KeyValuePair<string, JsonElement>> row)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonBody.WriterOptions))
        {
            writer.WriteStartObject();
            foreach (KeyValuePair<string, JsonElement> column in row)
            {
                writer.WritePropertyName(column.Key);
                if (column.Value.ValueKind == JsonValueKind.Undefined)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    column.Value.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    // In the order of the columns in the file. The first row brings the names with it.
    private string CsvRow(IReadOnlyList<KeyValuePair<string, JsonElement>> row)
    {
        IReadOnlyList<string> columns = Columns ?? PendingColumns ?? throw new InvalidOperationException("The columns aren't set.");
        string values = CsvLine(columns.Select(name => row.FirstOrDefault(column => string.Equals(column.Key, name, StringComparison.OrdinalIgnoreCase)).Value)
            .Select(value => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : TextOf(value)));
        return Columns is null ? CsvLine(columns) + values : values;
    }

    // Like Export-Csv: with quotes around each value that isn't null.
    private static string CsvLine(IEnumerable<string?> fields) =>
        string.Join(",", fields.Select(field => field is null ? string.Empty : $"\"{field.Replace("\"", "\"\"")}\"")) + "\n";

    private bool IsStartOf(string text)
    {
        byte[] whole = Encoding.UTF8.GetBytes(text);
        if (_stream.Length > whole.Length)
        {
            return false;
        }

        byte[] existing = new byte[(int)_stream.Length];
        _stream.Position = 0;
        int length = 0;
        for (int count = 1; count > 0 && length < existing.Length; length += count)
        {
            count = _stream.Read(existing, length, existing.Length - length);
        }

        return whole.AsSpan().StartsWith(existing);
    }

    private void Cut()
    {
        if (_stream.Length > _end)
        {
            _stream.SetLength(_end);
        }
    }

    private static bool IsUnix => System.IO.Path.DirectorySeparatorChar == '/';
}
