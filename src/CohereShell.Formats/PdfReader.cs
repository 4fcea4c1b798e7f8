using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;
using UglyToad.PdfPig.Exceptions;

namespace CohereShell.Formats;

/// <summary>Reads PDF files with PdfPig: a part for each page.</summary>
internal sealed class PdfReader : IDocumentReader
{
    /// <summary>A file can claim any number of pages.</summary>
    private const int MostPages = 50_000;

    /// <summary>The part of a page that an image of a scanned page covers at least.</summary>
    private const double LeastCover = 0.4;

    private const string WordPrefix = "Microsoft Word - ";

    // What programs write if the user hasn't entered a title.
    private static readonly HashSet<string> NoTitles = new(["untitled", "(anonymous)", "(unspecified)"], StringComparer.OrdinalIgnoreCase);

    private static readonly ContentOrderTextExtractor.Options TextOptions = new() { ReplaceWhitespaceWithSpace = true, SeparateParagraphsWithDoubleNewline = true };

    public DocumentContent Read(byte[] file, DocumentReading reading)
    {
        using PdfDocument pdf = Open(file, reading);
        var parts = new List<DocumentPart>();
        var empty = new List<int>();
        int damaged = 0;
        Exception? damage = null;
        for (int number = 1; number <= Math.Min(pdf.NumberOfPages, MostPages); number++)
        {
            reading.Check();
            string text;
            try
            {
                pdf.GetPage<PdfWork>(number);
                Page page = pdf.GetPage(number);
                text = Clean(PdfLines.Order(ContentOrderTextExtractor.GetText(page, TextOptions), page));
            }
            catch (Exception exception) when (IsDamage(exception))
            {
                // One damaged page doesn't make the others unreadable.
                reading.Check();
                damage ??= exception;
                damaged++;
                continue;
            }

            reading.AddCharacters(text.Length);
            if (text.Length > 0)
            {
                parts.Add(new DocumentPart(text) { Page = number });
            }
            else
            {
                empty.Add(number);
            }
        }

        if (parts.Count == 0 && damage is not null)
        {
            throw DocumentErrors.Damaged(reading.Path, $"the file is damaged ({damage.Message.Split('\n')[0].Trim()})", damage);
        }

        return new DocumentContent(parts) { Title = TitleOf(pdf), PagesWithoutText = empty, DamagedPages = damaged };
    }

    /// <summary>The largest image of a page, if it covers the page; null if there isn't one that can be decoded.</summary>
    public static byte[]? ReadPageImage(byte[] file, int page, DocumentReading reading)
    {
        using PdfDocument pdf = Open(file, reading);
        pdf.GetPage<PdfWork>(page);
        Page found = pdf.GetPage(page);
        double area = found.Width * found.Height;
        IPdfImage? image = found.GetImages()
            .Where(each => Math.Abs(each.BoundingBox.Width * each.BoundingBox.Height) >= area * LeastCover)
            .OrderByDescending(each => (long)each.WidthInSamples * each.HeightInSamples)
            .FirstOrDefault();
        // A JPEG image is in the file as it is.
        return image is null ? null
            : ImageHeader.MediaTypeOf(image.RawBytes) is not null ? image.RawBytes.ToArray()
            : image.TryGetPng(out byte[]? png) ? png
            : null;
    }

    private static PdfDocument Open(byte[] file, DocumentReading reading)
    {
        try
        {
            PdfDocument pdf = PdfDocument.Open(new CheckedStream(file, reading), new ParsingOptions
            {
                UseLenientParsing = true,
                SkipMissingFonts = true,
                ClipPaths = false,
                Logger = new CheckingLog(reading),
                FilterProvider = new BoundedFilters(reading),
            });
            pdf.AddPageFactory<PdfWork, PdfWorkFactory>();
            return pdf;
        }
        catch (PdfDocumentEncryptedException)
        {
            throw DocumentErrors.Encrypted(reading.Path, "PDF files with a password can't be read.");
        }
    }

    private static bool IsDamage(Exception exception) => exception is not (CohereException or OperationCanceledException or OutOfMemoryException) && !Fatal.Is(exception);

    private static string? TitleOf(PdfDocument pdf)
    {
        try
        {
            string title = SectionCollector.OneLine(pdf.Information?.Title ?? string.Empty);
            title = title.StartsWith(WordPrefix, StringComparison.Ordinal) ? title.Substring(WordPrefix.Length) : title;
            return title.Length == 0 || NoTitles.Contains(title) ? null : title;
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            return null;
        }
    }

    // Fonts can map characters to nothing that a text has.
    private static string Clean(string text)
    {
        var clean = new System.Text.StringBuilder(text.Length);
        foreach (char character in text)
        {
            if (character == '\u00ad')
            {
                continue;
            }

            if (character is >= '\ue000' and <= '\uf8ff')
            {
                // A font of symbols: at the start of a line, it's the mark of a list.
                clean.Append(clean.Length == 0 || clean[clean.Length - 1] == '\n' ? "•" : string.Empty);
                continue;
            }

            if (!char.IsControl(character) || character is '\n' or '\t')
            {
                clean.Append(character);
            }
        }

        return clean.ToString().Trim();
    }
}
