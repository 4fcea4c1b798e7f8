using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>
/// What the service read in images and scanned pages, in a file beside the index. An image is recognized by its content, so that
/// it isn't paid for again if its file was renamed, copied or changed, if the chunks have another size, or after a kill.
/// </summary>
/// <remarks>
/// A line of the file is a JSON object with the hash of an image, the path of a file that contains it, and its text. A line
/// without a text adds a path to an image before it.
/// </remarks>
internal sealed class IndexScans : IParsedImages, IDisposable
{
    /// <summary>The extension of the file, after the name of the index.</summary>
    public const string Extension = ".parsed";

    private const string ImageName = "image";
    private const string PathName = "path";
    private const string PagesName = "pages";

    private readonly string _path;
    private readonly bool _isReadOnly;
    private readonly bool _isEmulator;
    private readonly Dictionary<string, Scan> _scans = new(StringComparer.Ordinal);
    private readonly HashSet<string> _complete = new(IndexSources.Comparer);
    private FileStream? _stream;
    private Exception? _problem;

    /// <summary>Opens the file. It may not exist yet.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="isReadOnly">Whether nothing is written.</param>
    /// <param name="isEmulator">Whether the session uses the emulator, whose texts must not become those of Cohere.</param>
    /// <exception cref="IOException">The file can't be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access was denied.</exception>
    public IndexScans(string path, bool isReadOnly, bool isEmulator)
    {
        _path = path;
        _isReadOnly = isReadOnly;
        _isEmulator = isEmulator;
        // A folder with this name must be an error before an image is paid for.
        if (File.Exists(path) || Directory.Exists(path))
        {
            Open();
            Load();
        }
    }

    /// <summary>The number of images that were sent.</summary>
    public long Sent { get; private set; }

    /// <summary>The number of images that would be sent without -WhatIf.</summary>
    public long Planned { get; private set; }

    /// <summary>The cost of the calls.</summary>
    public Usage Usage { get; private set; } = Usage.None;

    public string KeyOf(string image) => IndexChunk.HashOf(image) + (_isEmulator ? "-emulator" : string.Empty);

    public IReadOnlyList<string>? Find(string path, string key)
    {
        lock (_scans)
        {
            if (!_scans.TryGetValue(key, out Scan? scan))
            {
                return null;
            }

            scan.Found.Add(path);
            if (scan.Paths.Add(path) && !_isReadOnly)
            {
                TryAppend(key, path, null);
            }

            try
            {
                return ReadPages(scan);
            }
            catch (IOException exception)
            {
                throw new CohereException(ErrorReason.FileNotReadable, exception.Message, exception);
            }
        }
    }

    public void Add(string path, string key, IReadOnlyList<string> pages, Usage usage)
    {
        lock (_scans)
        {
            Sent++;
            Usage = Usage.Plus(usage);
            if (!_scans.TryGetValue(key, out Scan? scan))
            {
                // Written now, because it is paid for.
                (long start, int length) = TryAppend(key, path, pages);
                if (length == 0)
                {
                    return;
                }

                _scans.Add(key, scan = new Scan(start, length));
            }

            scan.Paths.Add(path);
            scan.Found.Add(path);
        }
    }

    public void AddPlanned()
    {
        lock (_scans)
        {
            Planned++;
        }
    }

    /// <summary>Tells that all images of a file are known.</summary>
    public void AddComplete(string path)
    {
        lock (_scans)
        {
            _complete.Add(path);
        }
    }

    // Further texts would be paid for again by the next update.
    public ErrorRecord? Problem
    {
        get
        {
            lock (_scans)
            {
                return _problem is null ? null : ErrorRecords.FileNotWritable(_path, _problem);
            }
        }
    }

    /// <summary>Reports that a text couldn't be written.</summary>
    /// <exception cref="IOException">A text couldn't be written.</exception>
    public void CheckWritten()
    {
        lock (_scans)
        {
            if (_problem is { } problem)
            {
                throw new IOException(problem.Message, problem);
            }
        }
    }

    /// <summary>Deletes the texts of images that no file contains any more.</summary>
    /// <param name="isKept">Whether a file is in the index or in the sources.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access was denied.</exception>
    public void Clean(Func<string, bool> isKept)
    {
        if (_stream is null)
        {
            return;
        }

        foreach (Scan scan in _scans.Values)
        {
            scan.Paths.RemoveWhere(path => !isKept(path) || (_complete.Contains(path) && !scan.Found.Contains(path)));
        }

        if (_scans.Values.All(scan => scan.Paths.Count > 0))
        {
            return;
        }

        if (_scans.Values.Any(scan => scan.Paths.Count > 0))
        {
            using var file = new ReplacingFile(_path, keepsContent: false);
            foreach (KeyValuePair<string, Scan> pair in _scans.Where(pair => pair.Value.Paths.Count > 0))
            {
                string[] pages = ReadPages(pair.Value);
                bool isFirst = true;
                foreach (string path in pair.Value.Paths)
                {
                    byte[] row = LineOf(pair.Key, path, isFirst ? pages : null);
                    file.Stream!.Write(row, 0, row.Length);
                    isFirst = false;
                }
            }

            _stream.Dispose();
            _stream = null;
            file.Complete(mayReplace: true);
        }
        else
        {
            _stream.Dispose();
            _stream = null;
            File.Delete(_path);
        }
    }

    public void Dispose()
    {
        lock (_scans)
        {
            try
            {
                _stream?.Dispose();
            }
            catch (Exception exception) when (ReplacingFile.IsWriteFailure(exception))
            {
                // The disk is full. What is complete in the file can be used.
            }
        }
    }

    private string[] ReadPages(Scan scan)
    {
        byte[] line = new byte[scan.Length];
        _stream!.Position = scan.Start;
        for (int read = 0; read < line.Length;)
        {
            int count = _stream.Read(line, read, line.Length - read);
            read += count > 0 ? count : throw new IOException($"'{_path}' was shortened by another program.");
        }

        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty(PagesName).EnumerateArray().Select(page => page.GetString() ?? string.Empty).ToArray();
    }

    private void Open() => _stream = _isReadOnly
        ? new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
        : new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);

    // A line that a killed update didn't write to its end is ignored, and overwritten by the next one.
    private void Load()
    {
        long start = 0;
        var line = new List<byte>();
        byte[] buffer = new byte[64 * 1024];
        for (int count = _stream!.Read(buffer, 0, buffer.Length); count > 0; count = _stream.Read(buffer, 0, buffer.Length))
        {
            int next = 0;
            for (int end = Array.IndexOf(buffer, (byte)'\n', 0, count); end >= 0; end = next < count ? Array.IndexOf(buffer, (byte)'\n', next, count - next) : -1)
            {
                line.AddRange(buffer.Skip(next).Take(end - next));
                AddLine(start, line.ToArray());
                start += line.Count + 1;
                line.Clear();
                next = end + 1;
            }

            line.AddRange(buffer.Skip(next).Take(count - next));
        }

        if (!_isReadOnly)
        {
            _stream.SetLength(start);
        }
    }

    private void AddLine(long start, byte[] line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            string? hash = document.RootElement.GetProperty(ImageName).GetString();
            string? path = document.RootElement.GetProperty(PathName).GetString();
            if (hash is null || path is null)
            {
                return;
            }

            if (document.RootElement.TryGetProperty(PagesName, out JsonElement pages))
            {
                _ = pages.EnumerateArray().Select(page => page.GetString()).ToArray();
                _scans[hash] = new Scan(start, line.Length);
            }

            if (_scans.TryGetValue(hash, out Scan? scan))
            {
                scan.Paths.Add(path);
            }
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Damaged by another program. The image is sent again.
        }
    }

    // A problem is reported later, by CheckWritten: the text can still be embedded.
    private (long Start, int Length) TryAppend(string hash, string path, IReadOnlyList<string>? pages)
    {
        try
        {
            if (_problem is not null)
            {
                return default;
            }

            if (_stream is null)
            {
                Open();
            }

            byte[] line = LineOf(hash, path, pages);
            long start = _stream!.Length;
            _stream.Position = start;
            _stream.Write(line, 0, line.Length);
            _stream.Flush();
            return (start, line.Length - 1);
        }
        catch (Exception exception) when (ReplacingFile.IsWriteFailure(exception))
        {
            _problem = exception;
            return default;
        }
    }

    private static byte[] LineOf(string hash, string path, IReadOnlyList<string>? pages)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonBody.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString(ImageName, hash);
            writer.WriteString(PathName, path);
            if (pages is not null)
            {
                writer.WriteStartArray(PagesName);
                foreach (string page in pages)
                {
                    writer.WriteStringValue(page);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>An image that was sent.</summary>
    private sealed class Scan(long start, int length)
    {
        /// <summary>Where its line starts.</summary>
        public long Start { get; } = start;

        /// <summary>The length of its line.</summary>
        public int Length { get; } = length;

        /// <summary>The files that contain it.</summary>
        public HashSet<string> Paths { get; } = new(IndexSources.Comparer);

        /// <summary>The files in which this update found it.</summary>
        public HashSet<string> Found { get; } = new(IndexSources.Comparer);
    }
}
