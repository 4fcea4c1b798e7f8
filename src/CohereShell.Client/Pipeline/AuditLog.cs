using System.Diagnostics;

namespace CohereShell;

/// <summary>
/// Appends a JSON line to a file for each call, and for each tool that the model calls: user, operation, time, status,
/// attempts and units. It never contains content or the key.
/// </summary>
internal sealed class AuditLog(string path)
{
    /// <summary>Another process may be writing its line, which takes microseconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
#if NET
    /// <summary>EAGAIN: another process has the lock.</summary>
    private const int TryAgain = 11;
#endif

    private static readonly byte[] NewLine = [(byte)'\n'];
    /// <summary>One lock for all sessions of the process, because they can share a file.</summary>
    private static readonly object Gate = new();
    private readonly string _path = path;

    /// <summary>A call that can't be recorded must not be sent.</summary>
    public void EnsureWritable()
    {
        lock (Gate)
        {
            Open().Dispose();
        }
    }

    public void Append(Entry entry) => Append(writer => Write(writer, entry));

    public void Append(ToolEntry entry) => Append(writer => Write(writer, entry));

    private void Append(Action<Utf8JsonWriter> write)
    {
        using var line = new MemoryStream();
        using (var writer = new Utf8JsonWriter(line))
        {
            write(writer);
        }

        line.Write(NewLine, 0, NewLine.Length);
        lock (Gate)
        {
            using FileStream file = Open();
            try
            {
                // A single write, so that a reader never sees half a line.
                file.Write(line.GetBuffer(), 0, (int)line.Length);
                file.Flush();
            }
            catch (IOException exception)
            {
                throw Unwritable(exception);
            }
        }
    }

    private static void Write(Utf8JsonWriter writer, Entry entry)
    {
        writer.WriteStartObject();
        WriteWho(writer, entry.Time, entry.Session, entry.ClientName);
        writer.WriteString("operation", entry.Operation.Name);
        writer.WriteString("method", entry.Operation.Method);
        writer.WriteString("path", entry.Path);
        writer.WriteString("model", entry.Model);
        writer.WriteString("outcome", entry.Outcome);
        if (entry.StatusCode is { } status)
        {
            writer.WriteNumber("status", status);
        }

        writer.WriteNumber("attempts", entry.Attempts);
        writer.WriteNumber("milliseconds", Math.Round(entry.Elapsed.TotalMilliseconds));
        writer.WriteString("requestId", entry.RequestId);
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

    private static void Write(Utf8JsonWriter writer, ToolEntry entry)
    {
        writer.WriteStartObject();
        WriteWho(writer, entry.Time, entry.Session, entry.ClientName);
        writer.WriteString("operation", "InvokeTool");
        writer.WriteString("tool", entry.Tool);
        writer.WriteString("command", entry.Command);
        writer.WriteString("model", entry.Model);
        writer.WriteString("consent", entry.Consent);
        writer.WriteString("outcome", entry.Outcome);
        writer.WriteNumber("milliseconds", Math.Round(entry.Elapsed.TotalMilliseconds));
        writer.WriteString("toolCallId", entry.ToolCallId);
        writer.WriteEndObject();
    }

    private static void WriteWho(Utf8JsonWriter writer, DateTimeOffset time, string session, string? client)
    {
        writer.WriteString("time", time);
        writer.WriteString("user", Environment.UserName);
        writer.WriteString("computer", Environment.MachineName);
        writer.WriteNumber("process", ProcessId.Value);
        writer.WriteString("session", session);
        writer.WriteString("client", client);
    }

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
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw Unwritable(exception);
            }
        }
    }

    private FileStream OpenAlone()
    {
        // On Windows, no other process can write now. Elsewhere it can, and appending would start at the end of the file as it
        // was when the file was opened.
        var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 1);
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

    private CohereException Unwritable(Exception exception) =>
        new(ErrorReason.AuditFailed, $"The audit file '{_path}' can't be written: {exception.Message}", exception);

    private static readonly Lazy<int> ProcessId = new(() =>
    {
        using var process = Process.GetCurrentProcess();
        return process.Id;
    });

    internal sealed record Entry(DateTimeOffset Time, string Session, Operation Operation, string Path)
    {
        public string? ClientName { get; init; }

        public string? Model { get; init; }

        public string Outcome { get; init; } = "Success";

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
