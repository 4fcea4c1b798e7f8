using CohereShell.Errors;

namespace CohereShell.Input;

/// <summary>A file, and the pages of it that the service couldn't read.</summary>
internal sealed record ParsedFile(DocumentFile File, IReadOnlyList<Exception> Failures)
{
    /// <summary>The number of pages without text and without an image that can be sent.</summary>
    public int PagesWithoutImage { get; init; }
}

/// <summary>Sends images and scanned pages to the service, for -Parse.</summary>
/// <param name="files">Reads the images of pages.</param>
/// <param name="client">The client.</param>
/// <param name="model">The model; null for the default.</param>
/// <param name="options">The settings of each call.</param>
/// <param name="confirm">Asks the user before a call.</param>
/// <param name="known">The texts of images that were sent before; null if none are kept.</param>
internal sealed class ScannedPages(DocumentFiles files, CohereClient client, string? model, RequestOptions options, Func<string, CancellationToken, Task<bool>> confirm, IParsedImages? known = null)
{
    private const int BytesOfHeader = 64;

    private readonly DocumentFiles _files = files;
    private readonly CohereClient _client = client;
    private readonly string? _model = model;
    private readonly RequestOptions _options = options;
    private readonly Func<string, CancellationToken, Task<bool>> _confirm = confirm;
    private readonly IParsedImages? _known = known;
    /// <summary>The images that are being sent, by their hashes. Two files with the same image can be read at the same time.</summary>
    private readonly Dictionary<string, TaskCompletionSource<Sending>> _sending = new(StringComparer.Ordinal);

    /// <summary>Whether the bytes of a file are an image. A file that can't be read isn't.</summary>
    public static bool IsImageContent(string path)
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
        IReadOnlyList<string> pages = await ParseAsync(path, DocumentImage.Read(path), path, cancellationToken).ConfigureAwait(false) ?? [];
        // An image is one page and has no number.
        return new ParsedFile(file with { Documents = pages.Where(page => !string.IsNullOrWhiteSpace(page)).Select((page, index) => DocumentOf(file, page, pages.Count > 1 ? index + 1 : null)).ToArray() }, []);
    }

    /// <summary>Reads the pages of a PDF file that have no text.</summary>
    public async Task<ParsedFile> ParsePagesAsync(DocumentFile file, CancellationToken cancellationToken)
    {
        var found = new List<Document>(file.Documents);
        var failures = new List<Exception>();
        var empty = new List<int>();
        int withoutImage = 0;
        foreach (int number in file.PagesWithoutText)
        {
            try
            {
                string name = FormattableString.Invariant($"{file.Path}, page {number}");
                byte[]? image = await _files.ReadPageImageAsync(file.Path, number, cancellationToken).ConfigureAwait(false);
                withoutImage += image is null ? 1 : 0;
                IReadOnlyList<string>? pages = image is null ? null : await ParseAsync(file.Path, DocumentImage.Read(name, image), name, cancellationToken).ConfigureAwait(false);
                string text = MarkdownParts.Join(pages ?? []);
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
                if (_known?.Problem is not null || (exception is CohereException call && ErrorRecords.EndsCommand(call)))
                {
                    // The calls for the other pages would fail in the same way.
                    break;
                }
            }
        }

        return new ParsedFile(file with { Documents = found.OrderBy(document => document.Page).ToArray(), PagesWithoutText = empty }, failures) { PagesWithoutImage = withoutImage };
    }

    private static Document DocumentOf(DocumentFile file, string text, int? number) =>
        new() { Title = file.Title, Page = number, Path = file.Path, LastWriteTime = file.LastWriteTime, Text = text };

    private async Task<IReadOnlyList<string>?> ParseAsync(string path, string image, string name, CancellationToken cancellationToken)
    {
        if (_known is null)
        {
            return (await SendAsync(path, image, name, null, cancellationToken).ConfigureAwait(false)).Pages;
        }

        string key = _known.KeyOf(image);
        while (true)
        {
            var own = new TaskCompletionSource<Sending>(TaskCreationOptions.RunContinuationsAsynchronously);
            Task<Sending>? other = Begin(key, own);
            if (other is null)
            {
                return await SendAsync(path, image, name, key, own, cancellationToken).ConfigureAwait(false);
            }

            Sending sent = await other.ConfigureAwait(false);
            if (!sent.HasFailed)
            {
                return _known.Find(path, key) ?? sent.Pages;
            }

            // The error of the other file. This one gets its own.
        }
    }

    /// <summary>Notes that an image is sent. Returns the sending of the same image for another file, if there is one.</summary>
    private Task<Sending>? Begin(string key, TaskCompletionSource<Sending> own)
    {
        lock (_sending)
        {
            if (_sending.TryGetValue(key, out TaskCompletionSource<Sending>? other))
            {
                return other.Task;
            }

            _sending.Add(key, own);
            return null;
        }
    }

    private async Task<IReadOnlyList<string>?> SendAsync(string path, string image, string name, string key, TaskCompletionSource<Sending> own, CancellationToken cancellationToken)
    {
        var sent = new Sending(null, HasFailed: true);
        try
        {
            // Asked now: an earlier sending of the same image may have just ended.
            sent = _known!.Find(path, key) is { } known ? new Sending(known) : await SendAsync(path, image, name, key, cancellationToken).ConfigureAwait(false);
            return sent.Pages;
        }
        finally
        {
            // A call that was only planned stays, so that the plan has it once.
            if (!sent.IsPlanned)
            {
                lock (_sending)
                {
                    _sending.Remove(key);
                }
            }

            own.SetResult(sent);
        }
    }

    private async Task<Sending> SendAsync(string path, string image, string name, string? key, CancellationToken cancellationToken)
    {
        if (_known?.Problem is { } problem)
        {
            throw new InputException(problem);
        }

        if (!await _confirm(name, cancellationToken).ConfigureAwait(false))
        {
            return new Sending(null);
        }

        try
        {
            var request = new ParseRequest { Model = _model, Document = new ParseImage { ImageUrl = image }, OutputFormat = ParseFormat.Markdown };
            ParsedDocument parsed = await _client.Parse.ParseAsync(request, _options, cancellationToken).ConfigureAwait(false);
            string[] pages = parsed.Pages.Select(page => page.Markdown).ToArray();
            _known?.Add(path, key!, pages, parsed.Usage);
            return new Sending(pages);
        }
        catch (PlannedCallException)
        {
            // With -WhatIf, the plan shows the call, and the other pages are planned too.
            _known?.AddPlanned();
            return new Sending(null) { IsPlanned = true };
        }
    }

    /// <summary>What sending an image had as its result. Without pages, it wasn't sent.</summary>
    private sealed record Sending(IReadOnlyList<string>? Pages, bool HasFailed = false)
    {
        public bool IsPlanned { get; init; }
    }
}

/// <summary>Keeps the texts of images that were sent to the service, so that none is paid for twice. It's thread-safe.</summary>
internal interface IParsedImages
{
    /// <summary>What identifies an image. It's computed once, because an image can have 20 MB.</summary>
    /// <param name="image">The image as a data URI.</param>
    string KeyOf(string image);

    /// <summary>The texts of the pages of an image; null if it wasn't sent.</summary>
    /// <param name="path">The file with the image.</param>
    /// <param name="key">The key of the image.</param>
    IReadOnlyList<string>? Find(string path, string key);

    /// <summary>Why texts can't be kept any more; null if they can. Further images aren't sent then.</summary>
    ErrorRecord? Problem { get; }

    /// <summary>Adds what the service read in an image.</summary>
    void Add(string path, string key, IReadOnlyList<string> pages, Usage usage);

    /// <summary>Counts a call that would be made without -WhatIf.</summary>
    void AddPlanned();
}
