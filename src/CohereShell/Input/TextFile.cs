using System.Text;

namespace CohereShell.Input;

internal static class TextFile
{
    /// <summary>Enough bytes to recognize a binary file.</summary>
    private const int BytesToJudgeBy = 8192;

    /// <exception cref="InvalidDataException">The file contains no text.</exception>
    public static string Read(FileInfo file)
    {
        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] beginning = new byte[BytesToJudgeBy];
        int length = 0;
        int count;
        while (length < beginning.Length && (count = stream.Read(beginning, length, beginning.Length - length)) > 0)
        {
            length += count;
        }

        // UTF-16 and UTF-32 texts contain such characters too, but start with a byte order mark.
        bool isWide = length >= 2 && ((beginning[0] == 0xff && beginning[1] == 0xfe) || (beginning[0] == 0xfe && beginning[1] == 0xff));
        if (!isWide && Array.IndexOf(beginning, (byte)0, 0, length) >= 0)
        {
            throw new InvalidDataException();
        }

        stream.Position = 0;
        using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }
}
