using System.Buffers.Binary;
using System.Text;

namespace CohereShell.Emulation;

/// <summary>The properties of an audio file that its header contains: its length, and the comment of a WAV file.</summary>
internal sealed class AudioFile
{
    // 128 kbit/s, for formats whose header isn't read.
    private const double UsualBytesPerSecond = 16000;
    private const int ChunkHead = 8;

    private AudioFile(double seconds, string? comment)
    {
        Seconds = seconds;
        Comment = comment;
    }

    internal double Seconds { get; }

    internal string? Comment { get; }

    internal static AudioFile Read(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes.Slice(8).StartsWith("WAVE"u8)
            ? ReadWave(bytes)
            : new AudioFile(bytes.Length / UsualBytesPerSecond, null);

    private static AudioFile ReadWave(ReadOnlySpan<byte> bytes)
    {
        double bytesPerSecond = UsualBytesPerSecond;
        double seconds = 0;
        string? comment = null;
        for (ReadOnlySpan<byte> rest = bytes.Slice(12); rest.Length >= ChunkHead; rest = After(rest))
        {
            ReadOnlySpan<byte> content = Content(rest);
            if (rest.StartsWith("fmt "u8) && content.Length >= 12)
            {
                bytesPerSecond = Math.Max(1, BinaryPrimitives.ReadUInt32LittleEndian(content.Slice(8)));
            }
            else if (rest.StartsWith("data"u8))
            {
                seconds = content.Length / bytesPerSecond;
            }
            else if (rest.StartsWith("LIST"u8) && content.StartsWith("INFO"u8))
            {
                comment = ReadComment(content.Slice(4)) ?? comment;
            }
        }

        return new AudioFile(seconds, comment);
    }

    private static string? ReadComment(ReadOnlySpan<byte> list)
    {
        for (ReadOnlySpan<byte> rest = list; rest.Length >= ChunkHead; rest = After(rest))
        {
            if (rest.StartsWith("ICMT"u8))
            {
                string text = Encoding.UTF8.GetString(Content(rest).ToArray()).TrimEnd('\0').Trim();
                return text.Length > 0 ? text : null;
            }
        }

        return null;
    }

    // A chunk that is longer than the file, as in an interrupted recording, ends with the file.
    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> chunk) =>
        chunk.Slice(ChunkHead, (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(chunk.Slice(4)), (uint)(chunk.Length - ChunkHead)));

    // Chunks begin at even offsets.
    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> chunk)
    {
        int length = ChunkHead + Content(chunk).Length;
        return chunk.Slice(Math.Min(chunk.Length, length + (length & 1)));
    }
}
