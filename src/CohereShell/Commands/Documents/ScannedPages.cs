using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>A file, and the pages of it that the service couldn't read.</summary>
internal sealed record ParsedFile(DocumentFile File, IReadOnlyList<Exception> Failures);

/// <summary>Sends images and scanned pages to the service, for -Parse.</summary>
/// <param name="files">Reads the images of pages.</param>
/// <param name="client">The client.</param>
/// <param name="model">The model; null for the default.</param>
/// <param name="options">The settings of each call.</param>
/// <param name="confirm">Asks the user before a call.</param>
internal sealed class ScannedPages(DocumentFiles files, CohereClient client, string? model, RequestOptions options, Func<string, CancellationToken, Task<bool>> confirm)
{
    private const int BytesOfHeader = 64;

    private readonly DocumentFiles _files = files;
    private readonly CohereClient _client = client;
    private readonly string? _model = model;
    private readonly RequestOptions _options = options;
    private readonly Func<string, CancellationToken, Task<bool>> _confirm = confirm;

    /// <summary>Whether a file is an image. A file that can't be read isn't.</summary>
    public static bool IsImage(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            return ImageHeader.MediaTypeOf(StreamStart.Read(stream, BytesOfHeader)) is not null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Reads the text of an image.</summary>
    /// <exception cref="InputException">The API would refuse the image.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public async Task<ParsedFile> ParseImageAsync(string path, CancellationToken cancellationToken)
    {
        var file = new DocumentFile(path, DocumentKind.Pdf, []) { Title = Path.GetFileName(path), LastWriteTime = File.GetLastWriteTime(path) };
        IReadOnlyList<ParsedPage> pages = await ParseAsync(DocumentImage.Read(path), path, cancellationToken).ConfigureAwait(false) ?? [];
        // An image is one page and has no number.
        return new ParsedFile(file with { Documents = pages.Where(HasText).Select((page, index) => DocumentOf(file, page, pages.Count > 1 ? index + 1 : null)).ToArray() }, []);
    }

    /// <summary>Reads the pages of a PDF file that have no text.</summary>
    public async Task<ParsedFile> ParsePagesAsync(DocumentFile file, CancellationToken cancellationToken)
    {
        var found = new List<Document>(file.Documents);
        var failures = new List<Exception>();
        var empty = new List<int>();
        foreach (int number in file.PagesWithoutText)
        {
            try
            {
                string name = FormattableString.Invariant($"{file.Path}, page {number}");
                IReadOnlyList<ParsedPage>? pages = await _files.ReadPageImageAsync(file.Path, number, cancellationToken).ConfigureAwait(false) is { } image
                    ? await ParseAsync(DocumentImage.Read(name, image), name, cancellationToken).ConfigureAwait(false)
                    : null;
                string text = MarkdownParts.Join((pages ?? []).Select(page => page.Markdown));
                if (string.IsNullOrWhiteSpace(text))
                {
                    empty.Add(number);
                }
                else
                {
                    found.Add(DocumentOf(file, text, number));
                }
            }
            catch (Exception exception) when (exception is InputException or CohereException)
            {
                failures.Add(exception);
                empty.Add(number);
            }
        }

        return new ParsedFile(file with { Documents = found.OrderBy(document => document.Page).ToArray(), PagesWithoutText = empty }, failures);
    }

    private static bool HasText(ParsedPage page) => !string.IsNullOrWhiteSpace(page.Markdown);

    private static Document DocumentOf(DocumentFile file, ParsedPage page, int? number) => DocumentOf(file, page.Markdown, number);

    private static Document DocumentOf(DocumentFile file, string text, int? number) =>
        new() { Title = file.Title, Page = number, Path = file.Path, LastWriteTime = file.LastWriteTime, Text = text };

    private async Task<IReadOnlyList<ParsedPage>?> ParseAsync(string image, string name, CancellationToken cancellationToken)
    {
        if (!await _confirm(name, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        try
        {
            var request = new ParseRequest { Model = _model, Document = new ParseImage { ImageUrl = image }, OutputFormat = ParseFormat.Markdown };
            return (await _client.Parse.ParseAsync(request, _options, cancellationToken).ConfigureAwait(false)).Pages;
        }
        catch (PlannedCallException)
        {
            // With -WhatIf, the plan shows the call, and the other pages are planned too.
            return null;
        }
    }
}
