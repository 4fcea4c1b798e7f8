using CohereShell.Errors;

namespace CohereShell.Input;

/// <summary>Reads images of documents, and finds what the API would refuse before a call is spent.</summary>
internal static class DocumentImage
{
    private const string Formats = "PNG, JPEG, WebP, GIF, BMP or TIFF";
    private const int Megabyte = 1024 * 1024;

    // The header of a PDF file can follow other bytes.
    private const int PdfHeaderPlace = 1024;

    /// <summary>An image file as a data URI.</summary>
    /// <exception cref="InputException">The file can't be read, or the API would refuse it.</exception>
    public static string Read(string path) => Read(path, ReadBytes(path));

    /// <summary>The bytes of an image as a data URI.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="bytes">The image.</param>
    /// <exception cref="InputException">The API would refuse the image.</exception>
    public static string Read(string path, byte[] bytes)
    {
        if (ImageHeader.Read(bytes) is not { } header)
        {
            throw new InputException(NotAnImage(path, bytes));
        }

        return header.Pixels <= ParseRequest.MaxPixels
            ? Images.DataUri(header.MediaType, bytes)
            : throw new InputException(ErrorRecords.ImageTooLarge(
                path,
                FormattableString.Invariant($"{header.Width} x {header.Height} pixels"),
                FormattableString.Invariant($"{ParseRequest.MaxPixels / 1_000_000} megapixels")));
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            long length = LinkedFile.Length(path);
            return length == 0 ? throw new InputException(ErrorRecords.NotAnImage(path, "is empty", "Create the image again, or leave out empty files: Where-Object Length"))
                : length > ParseRequest.MaxImageBytes ? throw new InputException(ErrorRecords.ImageTooLarge(
                    path,
                    FormattableString.Invariant($"{length / (double)Megabyte:0.#} MB"),
                    FormattableString.Invariant($"{ParseRequest.MaxImageBytes / Megabyte} MB")))
                : File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(ErrorRecords.FileNotReadable(path, exception));
        }
    }

    private static ErrorRecord NotAnImage(string path, byte[] bytes)
    {
        ReadOnlySpan<byte> start = bytes.AsSpan(0, Math.Min(bytes.Length, PdfHeaderPlace));
        return start.IndexOf("%PDF-"u8) >= 0
            ? ErrorRecords.NotAnImage(
                path,
                "is a PDF file, and the API reads only images",
                "Convert each page to an image, for example with pdftoppm of Poppler: pdftoppm -r 150 -png file.pdf page. Then parse the images: Invoke-CohereParse page-*.png")
            : ErrorRecords.NotAnImage(
                path,
                $"isn't a {Formats} image, and the API reads only images",
                "Convert the file to PNG or JPEG. Export the pages of an Office document as images first. For text files, you don't need this cmdlet.");
    }
}
