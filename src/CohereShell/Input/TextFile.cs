using System.Text;

namespace CohereShell.Input;

internal static class TextFile
{
    /// <summary>Enough bytes to recognize a binary file.</summary>
    private const int BytesToJudgeBy = 8192;

    /// <param name="file">The file.</param>
    /// <param name="encoding">The encoding of a file without a byte order mark; null for UTF-8.</param>
    /// <exception cref="InvalidDataException">The file contains no text.</exception>
    /// <exception cref="WrongEncodingException">The file has bytes that the encoding doesn't have.</exception>
    public static string Read(FileInfo file, Encoding? encoding)
    {
        FilePaths.RefuseDevice(file.FullName);
        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BytesToJudgeBy);
        byte[] beginning = StreamStart.Read(stream, BytesToJudgeBy);
        // UTF-16 and UTF-32 texts contain such characters too.
        return encoding is null && Utf8Text.MarkedEncoding(beginning) is null && Array.IndexOf(beginning, (byte)0) >= 0
            ? throw new InvalidDataException()
            : StrictText.Read(file.FullName, encoding);
    }
}
