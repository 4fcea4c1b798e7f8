using System.Text;

namespace CohereShell;

/// <summary>
/// Reads text files. Bytes that the encoding doesn't have are an error: by default, .NET replaces them without any
/// warning. A byte order mark tells the encoding, as in PowerShell's Get-Content.
/// </summary>
internal static class StrictText
{
    private const int LongestMark = 4;

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="WrongEncodingException">The file has bytes that its encoding doesn't have.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static string Read(string path, Encoding? encoding)
    {
        using TextReader reader = Open(path, encoding);
        return Guard(path, encoding, reader.ReadToEnd);
    }

    /// <summary>Opens a file. Read from it only inside of <see cref="Guard"/>.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static StreamReader Open(string path, Encoding? encoding)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, FileOptions.SequentialScan);
        Encoding found = MarkOf(stream) ?? Strict(encoding);
        return new StreamReader(stream, found, detectEncodingFromByteOrderMarks: true, 64 * 1024);
    }

    /// <summary>Runs code that reads from a file.</summary>
    /// <exception cref="WrongEncodingException">The file has bytes that its encoding doesn't have.</exception>
    public static T Guard<T>(string path, Encoding? encoding, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DecoderFallbackException exception)
        {
            throw Wrong(path, encoding, exception);
        }
    }

    /// <summary>The encoding of a file that its byte order mark tells; null if there isn't one.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static Encoding? MarkOf(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        return MarkOf(stream);
    }

    /// <summary>The exception for a file whose bytes aren't valid in its encoding.</summary>
    public static WrongEncodingException Wrong(string path, Encoding? encoding, Exception? cause = null)
    {
        Encoding? used = MarkOf(path) ?? encoding;
        return new WrongEncodingException(path, used, used is null or UTF8Encoding ? LineOfInvalidUtf8(path) : LineOfInvalid(path, used), cause);
    }

    /// <summary>The encoding, with an exception for bytes that it doesn't have.</summary>
    private static Encoding Strict(Encoding? encoding)
    {
        if (encoding is null)
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        }

        var strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        return strict;
    }

    private static Encoding? MarkOf(FileStream stream)
    {
        byte[] beginning = StreamStart.Read(stream, LongestMark);
        stream.Position = 0;
        return Utf8Text.MarkedEncoding(beginning);
    }

    private static long LineOfInvalidUtf8(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        long position = Utf8Text.FindInvalid(stream) ?? 0;
        stream.Position = 0;
        return Utf8Text.LineAt(stream, position);
    }

    private static long LineOfInvalid(string path, Encoding encoding)
    {
        // A character that no text contains marks the place.
        var marking = (Encoding)encoding.Clone();
        marking.DecoderFallback = new DecoderReplacementFallback("\uffff");
        using var reader = new StreamReader(path, marking, detectEncodingFromByteOrderMarks: false);
        for (long line = 1; reader.ReadLine() is { } text; line++)
        {
            if (text.IndexOf('\uffff') >= 0)
            {
                return line;
            }
        }

        return 1;
    }
}
