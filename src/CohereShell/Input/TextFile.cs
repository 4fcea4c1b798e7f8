using System.Text;

namespace CohereShell.Input;

internal static class TextFile
{
    /// <summary>Binary files show it by then.</summary>
    private const int BytesToJudgeBy = 8192;

    /// <exception cref="InvalidDataException">The file holds no text.</exception>
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

        // A text in UTF-16 or UTF-32 holds such characters as well, and says so at its beginning.
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
