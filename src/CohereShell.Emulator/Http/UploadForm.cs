using System.Text;

namespace CohereShell.Emulation;

/// <summary>A form whose body is in a file and isn't loaded. A part is a range of the file.</summary>
internal sealed class UploadForm
{
    private const int BufferBytes = 256 * 1024;
    private const int MaxHeadBytes = 16 * 1024;
    private readonly Dictionary<string, UploadPart> _parts = new(StringComparer.Ordinal);
    private readonly FileStream _file;
    private readonly byte[] _buffer = new byte[BufferBytes];

    private UploadForm(FileStream file) => _file = file;

    internal UploadPart? this[string name] => _parts.TryGetValue(name, out UploadPart? part) ? part : null;

    /// <exception cref="EmulatorException">The body isn't a valid form.</exception>
    internal static UploadForm Read(EmulatorRequest request)
    {
        string boundary = RequestForm.Boundary(request);
        if (request.Upload is not { } upload)
        {
            throw EndsEarly();
        }

        var form = new UploadForm(upload.Stream);
        form.ReadParts(Encoding.UTF8.GetBytes("\r\n--" + boundary));
        return form;
    }

    private static EmulatorException EndsEarly() => new(400, "invalid request: the multipart body ends early");

    private void ReadParts(byte[] delimiter)
    {
        // The first boundary has no line end before it.
        bool isFirst = ReadAt(0, delimiter.Length - 2).SequenceEqual(delimiter.AsSpan(2));
        long start = isFirst ? delimiter.Length - 2 : Find(delimiter, 0) + delimiter.Length;
        while (!ReadAt(start, 2).SequenceEqual("--"u8))
        {
            long head = Find("\r\n"u8, start);
            long content = Find("\r\n\r\n"u8, head) + 4;
            int headLength = (int)Math.Min(MaxHeadBytes, content - head);
            long end = Find(delimiter, content - 2);
            if (RequestForm.Names(Encoding.UTF8.GetString(ReadAt(head, headLength).ToArray())) is var (name, fileName))
            {
                _parts[name] = new UploadPart(fileName, content, Math.Max(0, end - content));
            }

            start = end + delimiter.Length;
        }
    }

    private long Find(ReadOnlySpan<byte> expected, long start)
    {
        while (true)
        {
            ReadOnlySpan<byte> bytes = ReadAt(start, BufferBytes);
            int found = bytes.IndexOf(expected);
            if (found >= 0)
            {
                return start + found;
            }

            if (bytes.Length < BufferBytes)
            {
                throw EndsEarly();
            }

            // A match can cross the end of the buffer.
            start += bytes.Length - expected.Length + 1;
        }
    }

    private ReadOnlySpan<byte> ReadAt(long position, int count)
    {
        _file.Seek(position, SeekOrigin.Begin);
        int read = 0;
        int last;
        do
        {
            last = _file.Read(_buffer, read, count - read);
            read += last;
        }
        while (last > 0 && read < count);

        return _buffer.AsSpan(0, read);
    }
}

/// <summary>A part of a form in a file.</summary>
/// <param name="FileName">The name of the file at the client. Null for a value.</param>
/// <param name="Offset">The offset of the content.</param>
/// <param name="Length">The length of the content.</param>
internal sealed record UploadPart(string? FileName, long Offset, long Length);
