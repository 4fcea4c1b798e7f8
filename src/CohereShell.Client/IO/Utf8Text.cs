using System.Text;

namespace CohereShell;

/// <summary>Checks whether bytes are UTF-8. Decoders replace other bytes without any warning.</summary>
internal static class Utf8Text
{
    private const int LongestCharacter = 4;
    private const int BufferLength = 256 * 1024;

    /// <summary>The position of the first byte in a stream that isn't UTF-8; null if all bytes are.</summary>
    /// <exception cref="IOException">The stream can't be read.</exception>
    public static long? FindInvalid(Stream stream, Action? beforeRead = null)
    {
        byte[] buffer = Uninitialized.Array<byte>(BufferLength);
        long start = 0;
        int kept = 0;
        while (true)
        {
            beforeRead?.Invoke();
            int count = stream.Read(buffer, kept, buffer.Length - kept);
            int length = kept + count;
            int valid = ValidLength(buffer.AsSpan(0, length));
            // A character can continue in the next part. At the end of the file, it's incomplete.
            if (valid < length && (count == 0 || length - valid >= LongestCharacter || !IsBeginning(buffer.AsSpan(valid, length - valid))))
            {
                return start + valid;
            }

            if (count == 0)
            {
                return null;
            }

            kept = length - valid;
            Buffer.BlockCopy(buffer, valid, buffer, 0, kept);
            start += valid;
        }
    }

    /// <summary>The line of a position in a stream, from 1.</summary>
    /// <exception cref="IOException">The stream can't be read.</exception>
    public static long LineAt(Stream stream, long position)
    {
        byte[] buffer = Uninitialized.Array<byte>(BufferLength);
        (long feeds, long returns) = (0, 0);
        int count;
        while (position > 0 && (count = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, position))) > 0)
        {
            position -= count;
            foreach (byte character in buffer.AsSpan(0, count))
            {
                feeds += character == '\n' ? 1 : 0;
                returns += character == '\r' ? 1 : 0;
            }
        }

        return Math.Max(feeds, returns) + 1;
    }

    /// <summary>The number of bytes at the beginning that are complete UTF-8 characters.</summary>
    public static int ValidLength(ReadOnlySpan<byte> bytes)
    {
#if NET
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return bytes.Length;
        }
#endif
        int position = 0;
        while (position < bytes.Length)
        {
            int length = bytes[position] < 0x80 ? 1 : LengthOf(bytes.Slice(position));
            if (length == 0)
            {
                break;
            }

            position += length;
        }

        return position;
    }

    /// <summary>The encoding that a byte order mark tells; null if there isn't one.</summary>
    public static Encoding? MarkedEncoding(ReadOnlySpan<byte> bytes) =>
        // UTF-32 first: its mark starts with the one of UTF-16.
        bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe, 0, 0]) ? new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true)
        : bytes.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xfe, 0xff]) ? new UTF32Encoding(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true)
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) ? new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true)
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]) ? new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true)
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]) ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true)
        : null;

    // The length of the first character; 0 if it isn't complete or not valid.
    private static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        int length = LengthOf(bytes[0]);
        return length <= bytes.Length && IsBeginning(bytes.Slice(0, length)) ? length : 0;
    }

    private static int LengthOf(byte first) => first switch
    {
        >= 0xc2 and <= 0xdf => 2,
        >= 0xe0 and <= 0xef => 3,
        >= 0xf0 and <= 0xf4 => 4,
        _ => int.MaxValue,
    };

    // Whether bytes can begin a character: no surrogates, no overlong forms, nothing beyond U+10FFFF.
    private static bool IsBeginning(ReadOnlySpan<byte> bytes)
    {
        if (LengthOf(bytes[0]) < bytes.Length || LengthOf(bytes[0]) == int.MaxValue)
        {
            return false;
        }

        (byte least, byte most) = bytes[0] switch
        {
            0xe0 => ((byte)0xa0, (byte)0xbf),
            0xed => ((byte)0x80, (byte)0x9f),
            0xf0 => ((byte)0x90, (byte)0xbf),
            0xf4 => ((byte)0x80, (byte)0x8f),
            _ => ((byte)0x80, (byte)0xbf),
        };
        if (bytes.Length > 1 && (bytes[1] < least || bytes[1] > most))
        {
            return false;
        }

        foreach (byte next in bytes.Slice(Math.Min(2, bytes.Length)))
        {
            if (next is < 0x80 or > 0xbf)
            {
                return false;
            }
        }

        return true;
    }
}
