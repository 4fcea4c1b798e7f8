using System.Diagnostics;

namespace CohereShell;

/// <summary>
/// Appends a JSON line to a file for each call, and for each tool that the model calls: user, operation, time, status,
/// attempts and units. It never contains content or the key.
/// </summary>
internal sealed class AuditLog(string path, Func<string?, string?>? redact = null)
{
    /// <summary>Another process may be writing its line, which takes microseconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
#if NET
    /// <summary>EAGAIN: another process has the lock.</summary>
    private const int TryAgain = 11;
#endif

    /// <summary>The additional length of a line when its call is complete: status, numbers and request id.</summary>
    private const int Reserve = 448;

    private static readonly byte[] NewLine = [(byte)'\n'];
    /// <summary>One lock for all sessions of the process, because they can share a file.</summary>
    private static readonly object Gate = new();
    private readonly string _path = path;
    private readonly Func<string?, string?> _redact = redact ?? (text => text);

    /// <summary>A call that can't be recorded must not be sent.</summary>
    public void EnsureWritable()
    {
        lock (Gate)
        {
            Open().Dispose();
        }
    }

    /// <summary>Writes a line for a call that begins. When the call ends, the line is replaced.</summary>
    public Line Begin(Entry entry) => Begin(ToBytes(writer => Write(writer, entry)));

    /// <inheritdoc cref="Begin(Entry)"/>
    public Line Begin(ToolEntry entry) => Begin(ToBytes(writer => Write(writer, entry)));

    public void Append(Entry entry) => Begin(entry).Complete(entry);

    private Line Begin(byte[] json)
    {
        // The space for what isn't known yet. Spaces at the end of a line don't change its JSON.
        byte[] line = new byte[json.Length + Reserve + 1];
        json.CopyTo(line, 0);
        line.AsSpan(json.Length, Reserve).Fill((byte)' ');
        line[line.Length - 1] = (byte)'\n';
        lock (Gate)
        {
            using FileStream file = Open();
            long offset = Add(file, line);
            return new Line(this, offset, line, file.CanRead ? null : File.GetCreationTimeUtc(_path));
        }
    }

    private void Complete(Line line, byte[] json)
    {
        lock (Gate)
        {
            using FileStream file = Open();
            if (json.Length >= line.Reserved.Length || !IsAt(file, line))
            {
                // The file was replaced in the meantime, as by a rotation of logs.
                Add(file, [.. json, (byte)'\n']);
                return;
            }

            bool isLast = file.Length == line.Offset + line.Reserved.Length;
            byte[] whole = isLast ? [.. json, (byte)'\n'] : [.. json, .. line.Reserved.Skip(json.Length).Select((value, index) => index + json.Length < line.Reserved.Length - 1 ? (byte)' ' : value)];
            try
            {
                // A single write into space that the file has already, so that it works on a full disk.
                file.Seek(line.Offset, SeekOrigin.Begin);
                file.Write(whole, 0, whole.Length);
                file.Flush();
                if (isLast)
                {
                    file.SetLength(line.Offset + whole.Length);
                }
            }
            catch (IOException exception)
            {
                throw Unwritable(exception);
            }
        }
    }

    // Adds a whole line or nothing. Returns where it begins.
    private long Add(FileStream file, byte[] line)
    {
        long end = file.Length;
        try
        {
            // What a process that was killed has left of a line must not damage this one.
            if (end > 0 && !EndsWithLine(file))
            {
                line = [.. NewLine, .. line];
            }

            file.Seek(0, SeekOrigin.End);
            // A single write, so that a reader never sees half a line.
            file.Write(line, 0, line.Length);
            file.Flush();
            return line[0] == NewLine[0] ? end + 1 : end;
        }
        catch (IOException exception)
        {
            RemoveHalfLine(file, end);
            throw Unwritable(exception);
        }
    }

    private static void RemoveHalfLine(FileStream file, long end)
    {
        try
        {
            file.SetLength(end);
        }
        catch (Exception exception) when (exception is IOException or NotSupportedException or ArgumentException or UnauthorizedAccessException)
        {
            // A device, or a disk that has failed. The next line closes the half line.
        }
    }

    private static bool EndsWithLine(FileStream file)
    {
        if (!file.CanRead)
        {
            return true;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == NewLine[0];
    }

    private bool IsAt(FileStream file, Line line)
    {
        if (file.Length < line.Offset + line.Reserved.Length)
        {
            return false;
        }

        if (!file.CanRead)
        {
            // A file that replaced it can have the lines of other calls there.
            return line.FileCreated is { } created && created == File.GetCreationTimeUtc(_path);
        }

        byte[] there = new byte[line.Reserved.Length];
        file.Seek(line.Offset, SeekOrigin.Begin);
        int read = 0;
        for (int last = 1; last > 0 && read < there.Length; read += last)
        {
            last = file.Read(there, read, there.Length - read);
        }

        return there.AsSpan().SequenceEqual(line.Reserved);
    }

    private static byte[] ToBytes(Action<Utf8JsonWriter> write)
    {
        using var line = new MemoryStream();
        using (var writer = new Utf8JsonWriter(line))
        {
            write(writer);
        }

        return line.ToArray();
    }

    private void Write(Utf8JsonWriter writer, Entry entry)
    {
        writer.WriteStartObject();
        WriteWho(writer, entry.Time, entry.Session, entry.ClientName);
        WriteText(writer, "operation", entry.Operation.Name);
        WriteText(writer, "method", entry.Operation.Method);
        WriteText(writer, "path", entry.Path);
        WriteText(writer, "target", entry.Target);
        WriteText(writer, "model", entry.Model);
        if (entry.Inputs > 0)
        {
            writer.WriteNumber("inputs", entry.Inputs);
        }

        WriteText(writer, "outcome", entry.Outcome);
        if (entry.Reason is not null)
        {
            WriteText(writer, "reason", entry.Reason);
        }

        if (entry.StatusCode is { } status)
        {
            writer.WriteNumber("status", status);
        }

        writer.WriteNumber("attempts", entry.Attempts);
        writer.WriteNumber("milliseconds", Math.Round(entry.Elapsed.TotalMilliseconds));
        WriteText(writer, "requestId", entry.RequestId);
        Usage usage = entry.Usage ?? Usage.None;
        writer.WriteNumber("inputTokens", usage.InputTokens);
        writer.WriteNumber("outputTokens", usage.OutputTokens);
        writer.WriteNumber("billedInputTokens", usage.BilledInputTokens);
        writer.WriteNumber("billedOutputTokens", usage.BilledOutputTokens);
        writer.WriteNumber("billedSearchUnits", usage.BilledSearchUnits);
        writer.WriteNumber("billedClassifications", usage.BilledClassifications);
        writer.WriteNumber("billedImages", usage.BilledImages);
        writer.WriteNumber("billedImageTokens", usage.BilledImageTokens);
        writer.WriteNumber("billedPages", usage.BilledPages);
        writer.WriteEndObject();
    }

    private void Write(Utf8JsonWriter writer, ToolEntry entry)
    {
        writer.WriteStartObject();
        WriteWho(writer, entry.Time, entry.Session, entry.ClientName);
        WriteText(writer, "operation", "InvokeTool");
        WriteText(writer, "tool", entry.Tool);
        WriteText(writer, "command", entry.Command);
        WriteText(writer, "model", entry.Model);
        WriteText(writer, "consent", entry.Consent);
        WriteText(writer, "outcome", entry.Outcome);
        writer.WriteNumber("milliseconds", Math.Round(entry.Elapsed.TotalMilliseconds));
        WriteText(writer, "toolCallId", entry.ToolCallId);
        writer.WriteEndObject();
    }

    private void WriteWho(Utf8JsonWriter writer, DateTimeOffset time, string session, string? client)
    {
        writer.WriteString("time", time);
        WriteText(writer, "user", Environment.UserName);
        WriteText(writer, "computer", Environment.MachineName);
        writer.WriteNumber("process", ProcessId.Value);
        WriteText(writer, "session", session);
        WriteText(writer, "client", client);
    }

    // Any text can hold the key by mistake: a model, a name of a client, a path.
    private void WriteText(Utf8JsonWriter writer, string name, string? value) => writer.WriteString(name, _redact(value));

    private FileStream Open()
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return OpenAlone();
            }
            catch (IOException) when (File.Exists(_path) && waited.Elapsed < Patience)
            {
                Thread.Sleep(5);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
            {
                throw Unwritable(exception);
            }
        }
    }

    private FileStream OpenAlone()
    {
        // On Windows, no other process can write now. Elsewhere it can, and appending would start at the end of the file as it
        // was when the file was opened.
        FileStream file = OpenOrCreate();
        if (!file.CanSeek)
        {
            file.Dispose();
            // A line begins when its call begins and is replaced when the call ends. Writing to a pipe can wait indefinitely.
            throw new NotSupportedException("It's a pipe, a socket or a terminal, not a file.");
        }

#if NET
        try
        {
            if (OperatingSystem.IsLinux())
            {
                file.Lock(0, 1);
                file.Seek(0, SeekOrigin.End);
            }
        }
        catch (IOException exception) when (exception.HResult != TryAgain)
        {
            // The file system doesn't support locks, so writes from several processes can't be kept apart.
        }
        catch
        {
            file.Dispose();
            throw;
        }
#endif
        return file;
    }

    // A file that the user can write but not read is written without looking at it.
    private FileStream OpenOrCreate()
    {
        try
        {
            return new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 1);
        }
        catch (UnauthorizedAccessException)
        {
            // Not FileMode.Append, which can't go back to the line of a call that ends.
            return new FileStream(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 1);
        }
    }

    private CohereException Unwritable(Exception exception) =>
        new(ErrorReason.AuditFailed, $"The audit file '{_path}' can't be written: {Folder.Explain(_path, exception).Message}", exception);

    private static readonly Lazy<int> ProcessId = new(() =>
    {
        using var process = Process.GetCurrentProcess();
        return process.Id;
    });

    /// <summary>The line of a call that is running.</summary>
    internal sealed class Line(AuditLog log, long offset, byte[] reserved, DateTime? fileCreated)
    {
        private readonly AuditLog _log = log;

        /// <summary>When the file was created, if it can't be read.</summary>
        public DateTime? FileCreated { get; } = fileCreated;

        public long Offset { get; } = offset;

        public byte[] Reserved { get; } = reserved;

        public void Complete(Entry entry) => _log.Complete(this, ToBytes(writer => _log.Write(writer, entry)));

        public void Complete(ToolEntry entry) => _log.Complete(this, ToBytes(writer => _log.Write(writer, entry)));
    }

    internal sealed record Entry(DateTimeOffset Time, string Session, Operation Operation, string Path)
    {
        public string? ClientName { get; init; }

        /// <summary>The id or the name of what the call is about, such as a dataset.</summary>
        public string? Target { get; init; }

        public string? Model { get; init; }

        public int Inputs { get; init; }

        public string Outcome { get; init; } = "Success";

        /// <summary>What refused a call that wasn't sent: a value of <see cref="AuditReasons"/>.</summary>
        public string? Reason { get; init; }

        public int? StatusCode { get; init; }

        public int Attempts { get; init; }

        public TimeSpan Elapsed { get; init; }

        public string? RequestId { get; init; }

        public Usage? Usage { get; init; }
    }

    /// <summary>A tool that the model called: its name and outcome, without arguments or output.</summary>
    internal sealed record ToolEntry(DateTimeOffset Time, string Session, string Tool)
    {
        public string? ClientName { get; init; }

        public string? Command { get; init; }

        public string? Model { get; init; }

        public string? ToolCallId { get; init; }

        public string? Consent { get; init; }

        public string? Outcome { get; init; }

        public TimeSpan Elapsed { get; init; }
    }
}
