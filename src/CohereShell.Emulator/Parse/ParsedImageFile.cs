using System.Buffers.Binary;
using System.Text;

namespace CohereShell.Emulation;

/// <summary>The image of a document to parse, as far as its header and its comment tell.</summary>
internal sealed class ParsedImageFile
{
    private const int MaxMegabytes = 20;
    private const long MaxBytes = MaxMegabytes * 1024L * 1024;
    private const int MaxMegapixels = 50;
    private const string DataScheme = "data:image/";
    private const string DataEncoding = ";base64";

    // A page of size A4, scanned with 150 dots per inch: the emulator doesn't load images from the web.
    private const int WebWidth = 1240;
    private const int WebHeight = 1754;

    private ParsedImageFile(string format, long width, long height)
    {
        Format = format;
        Width = width;
        Height = height;
    }

    /// <summary>The format, in upper case: <c>PNG</c>.</summary>
    internal string Format { get; }

    internal long Width { get; }

    internal long Height { get; }

    /// <summary>The size of the file in bytes; null for an image from the web.</summary>
    internal long? Bytes { get; private init; }

    /// <summary>The file name of an image from the web.</summary>
    internal string? Name { get; private init; }

    /// <summary>The comment in a PNG file, which is the text of the page.</summary>
    internal string? Text { get; private init; }

    /// <summary>A number that depends only on the image.</summary>
    internal ulong Hash { get; private init; }

    /// <exception cref="EmulatorException">Cohere would refuse the image.</exception>
    internal static ParsedImageFile FromDataUri(Field field, string uri)
    {
        byte[] bytes = Decode(uri) ?? throw field.Invalid("must be a base64 data URI of an image or an http(s) URL.");
        if (bytes.Length > MaxBytes)
        {
            throw field.Invalid(FormattableString.Invariant($"must be at most {MaxMegabytes}MB - received {bytes.Length} bytes."));
        }

        if (ImageHeader.Read(bytes) is not { Width: > 0, Height: > 0 } header)
        {
            throw field.Invalid("cannot be decoded as an image.");
        }

        return header.Pixels > MaxMegapixels * 1_000_000L
            ? throw field.Invalid(FormattableString.Invariant($"must be at most {MaxMegapixels} megapixels - received {header.Width}x{header.Height} pixels."))
            : new ParsedImageFile(header.MediaType.Substring("image/".Length).ToUpperInvariant(), header.Width, header.Height)
            {
                Bytes = bytes.Length,
                Text = CommentOf(bytes),
                Hash = StableHash.Of(bytes),
            };
    }

    /// <exception cref="EmulatorException">Cohere would refuse the address.</exception>
    internal static ParsedImageFile FromWeb(Field field, string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
        {
            throw field.Invalid("must be a base64 data URI of an image or an http(s) URL.");
        }

        string name = Uri.UnescapeDataString(uri.AbsolutePath.Substring(uri.AbsolutePath.LastIndexOf('/') + 1));
        string extension = name.IndexOf('.') < 0 ? string.Empty : name.Substring(name.LastIndexOf('.') + 1).ToUpperInvariant();
        return extension is "PDF" or "DOCX" or "PPTX" or "XLSX" or "HTML" or "TXT"
            ? throw field.Invalid("cannot be decoded as an image.")
            : new ParsedImageFile(extension is "" or "JPG" ? "JPEG" : extension, WebWidth, WebHeight)
            {
                Name = name.Length > 0 ? name : uri.Host,
                Hash = StableHash.Of(address),
            };
    }

    private static byte[]? Decode(string uri)
    {
        int comma = uri.IndexOf(',');
        string head = comma < 0 ? string.Empty : uri.Substring(0, comma);
        if (!head.StartsWith(DataScheme, StringComparison.OrdinalIgnoreCase) || !head.EndsWith(DataEncoding, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            return Convert.FromBase64String(uri.Substring(comma + 1));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // A text chunk is a keyword, a zero and Latin-1 (tEXt), or a keyword, five bytes and fields, and UTF-8 (iTXt).
    private static string? CommentOf(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.Slice(1).StartsWith("PNG"u8))
        {
            return null;
        }

        const int ChunkHead = 8;
        const int ChunkEnd = 4;
        for (ReadOnlySpan<byte> rest = bytes.Slice(ChunkHead); rest.Length > ChunkHead + ChunkEnd;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - ChunkHead - ChunkEnd)
            {
                break;
            }

            ReadOnlySpan<byte> content = rest.Slice(ChunkHead, (int)length);
            if (TextOf(rest.Slice(4, 4), content) is { Length: > 0 } text)
            {
                return text;
            }

            rest = rest.Slice(ChunkHead + (int)length + ChunkEnd);
        }

        return null;
    }

    private static string? TextOf(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        if (!content.StartsWith("Comment\0"u8))
        {
            return null;
        }

        ReadOnlySpan<byte> value = content.Slice("Comment\0".Length);
        if (type.SequenceEqual("tEXt"u8))
        {
            return Encoding.GetEncoding("ISO-8859-1").GetString(value.ToArray()).Trim();
        }

        // Not compressed, without a language and without a translated keyword.
        return type.SequenceEqual("iTXt"u8) && value.StartsWith("\0\0\0\0"u8)
            ? Encoding.UTF8.GetString(value.Slice(4).ToArray()).Trim()
            : null;
    }
}
