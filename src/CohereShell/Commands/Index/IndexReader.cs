using System.Text;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Reads the files of an update and splits them into chunks. With -Parse, the service reads scanned pages.</summary>
internal sealed class IndexReader
{
    /// <summary>The version of the code that reads and splits documents. With a new one, all files are split again.</summary>
    private const int SplitVersion = 1;

    /// <summary>The number of times that a file is read if another program changes it at the same time.</summary>
    private const int MostAttempts = 3;

    private readonly UpdateCohereIndexCommand _command;
    private readonly IndexChanges _changes;
    private readonly IndexScans _scans;
    private readonly IndexEmbedder _embedder;
    private readonly string _settings;
    private readonly TextSplitter _splitter;
    private readonly ScannedPages? _scanned;

    /// <summary>Prepares for files.</summary>
    /// <param name="command">The command.</param>
    /// <param name="changes">The files to read. It records those that can't be read.</param>
    /// <param name="scans">The texts of scanned pages.</param>
    /// <param name="embedder">Is told if a call makes further calls useless.</param>
    public IndexReader(UpdateCohereIndexCommand command, IndexChanges changes, IndexScans scans, IndexEmbedder embedder)
    {
        _command = command;
        _changes = changes;
        _scans = scans;
        _embedder = embedder;
        _settings = Settings(command.Encoding, command.MaxTokens, command.Overlap);
        _splitter = new(command.MaxTokens, TextUnit.EstimatedTokens, command.Overlap);
        // The update was confirmed as a whole.
        _scanned = command.Parse ? new ScannedPages(DocumentInput.Files, command.Client, command.ParseModel, command.OptionsWithoutBody, (_, _) => Task.FromResult(true), scans) : null;
    }

    /// <summary>Everything beside the content of a file that decides about its chunks.</summary>
    public static string Settings(Encoding? encoding, int maxTokens, int overlap) =>
        FormattableString.Invariant($"{SplitVersion} {maxTokens} {overlap} {encoding?.WebName}");

    /// <summary>Reads the new and changed files, each once.</summary>
    /// <param name="take">Takes the chunks of the files, in order.</param>
    public void Read(Action<IndexChunk> take)
    {
        // Scanned pages wait for the service. Other files are read one after the other, because a few can fill the memory.
        var files = new OrderedCalls<IndexFile, Reading>(_command, _scanned is null ? 1 : _command.ThrottleLimit, (_, reading) => Write(reading, take), (file, failure) => WriteProblem(file.Path, failure))
        {
            Progress = _command.Items,
            Count = reading => EndedItems.Of(reading.Problem),
        };
        foreach (IndexFile file in _changes.New.TakeWhile(_ => !_embedder.HasEnded && _scans.Problem is null))
        {
            files.Begin(file, token => ReadAsync(file, token));
            files.MakeRoom();
        }

        files.Complete();
        _command.Guard(_scans.CheckWritten);
    }

    // The hash must be that of the text. A file that is written while it's read can have any text.
    private async Task<Reading> ReadAsync(IndexFile file, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            Reading reading = await ReadOnceAsync(file, cancellationToken).ConfigureAwait(false);
            try
            {
                string hash = IndexChunk.HashOfFile(file.Path, _settings, cancellationToken);
                if (hash == file.Hash)
                {
                    return reading;
                }

                file = file with { Hash = hash, LastWriteTime = File.GetLastWriteTimeUtc(file.Path) };
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return reading with { Problem = reading.Problem ?? new CohereException(ErrorReason.FileNotReadable, exception.Message, exception) };
            }

            if (attempt == MostAttempts)
            {
                return reading with { Problem = new CohereException(ErrorReason.FileNotReadable, $"'{file.Path}' is being changed by another program.") };
            }
        }
    }

    private async Task<Reading> ReadOnceAsync(IndexFile file, CancellationToken cancellationToken)
    {
        try
        {
            if (_scanned is not null && ScannedPages.IsImageContent(file.Path))
            {
                return new Reading(file, await _scanned.ParseImageAsync(file.Path, cancellationToken).ConfigureAwait(false), null);
            }

            DocumentFile content = await DocumentInput.Files.ReadAsync(file.Path, _command.Encoding, cancellationToken).ConfigureAwait(false);
            return new Reading(
                file,
                _scanned is not null && content.Kind == DocumentKind.Pdf && content.PagesWithoutText.Count > 0
                    ? await _scanned.ParsePagesAsync(content, cancellationToken).ConfigureAwait(false)
                    : new ParsedFile(content, []),
                null);
        }
        catch (Exception exception) when (exception is CohereException or WrongEncodingException or InputException)
        {
            return new Reading(file, null, exception);
        }
    }

    private void Write(Reading reading, Action<IndexChunk> take)
    {
        IndexFile file = reading.File;
        if (reading.Problem is { } problem)
        {
            _command.Items?.AddFailure();
            WriteProblem(file.Path, problem);
            return;
        }

        _command.Items?.Add(_command);
        if (reading.Content is { } content)
        {
            Write(file, content, take);
        }
    }

    private void Write(IndexFile file, ParsedFile parsed, Action<IndexChunk> take)
    {
        DocumentFile content = parsed.File;
        IReadOnlyList<Exception> failures = parsed.Failures;
        foreach (Exception failure in failures)
        {
            WriteFailure(file.Path, failure);
            _changes.AddIncomplete(file.Path);
        }

        if (_scanned is not null && failures.Count == 0)
        {
            _scans.AddComplete(file.Path);
        }

        if (content.Documents.Count == 0)
        {
            WriteNoText(file.Path, parsed);
            return;
        }

        if (content.DamagedPages > 0)
        {
            _command.WriteWarning($"{file.Path}: {(content.DamagedPages == 1 ? "1 page is damaged and was" : FormattableString.Invariant($"{content.DamagedPages} pages are damaged and were"))} left out.");
        }

        bool isUnparsed = content.PagesWithoutText.Count > 0 && (_scanned is null || failures.Count > 0);
        if (isUnparsed && _scanned is null)
        {
            _command.WriteVerbose(FormattableString.Invariant($"{file.Path}: {content.PagesWithoutText.Count} of the pages have no text. Scanned pages can be read with -Parse."));
        }

        // The chunks have other numbers if other pages are missing, so an update that was interrupted must not be mixed with this one.
        string hash = isUnparsed ? file.Hash + IndexFile.UnparsedMark + IndexChunk.HashOf(string.Join(",", content.PagesWithoutText)) : file.Hash;
        _changes.SetHash(file.Path, hash);
        TextChunk[] chunks = content.Documents.SelectMany(_splitter.Split).ToArray();
        for (int number = 0; number < chunks.Length; number++)
        {
            TextChunk chunk = chunks[number];
            take(new IndexChunk
            {
                Path = file.Path,
                FileHash = hash,
                Number = number,
                Count = chunks.Length,
                Text = chunk.Text,
                Title = chunk.Title,
                Heading = chunk.Heading,
                Page = chunk.Page,
                Offset = chunk.Offset,
                LastWriteTime = file.LastWriteTime,
            });
        }
    }

    private void WriteNoText(string path, ParsedFile parsed)
    {
        if (parsed.Failures.Count > 0 || (_scanned is not null && _scans.Planned > 0))
        {
            // The errors say why, or with -WhatIf, the text isn't known yet.
            return;
        }

        // The images of some scans can't be decoded, and look like blank pages.
        if (parsed.File is { Kind: DocumentKind.Pdf, NoText: { } scan } && (_scanned is null || parsed.PagesWithoutImage > 0))
        {
            WriteProblem(path, scan);
            return;
        }

        _changes.AddEmpty(path);
        _command.WriteWarning($"The file '{path}' contains no text.");
    }

    private void WriteProblem(string path, Exception problem)
    {
        WriteFailure(path, problem);
        if (problem is CohereException { Reason: ErrorReason.DocumentHasNoText })
        {
            _changes.AddUnparsed(path);
        }
        else
        {
            _changes.AddUnreadable(path);
        }
    }

    private void WriteFailure(string path, Exception failure)
    {
        switch (failure)
        {
            case CohereException call when ErrorRecords.EndsCommand(call):
                _embedder.End(path, call);
                break;
            case InputException input:
                _command.WriteError(input.Error);
                break;
            default:
                _command.WriteError(DocumentInput.ErrorOf(failure, path));
                break;
        }
    }

    /// <summary>What was read of a file.</summary>
    /// <param name="File">The file, with the hash of what was read.</param>
    /// <param name="Content">The documents in the file; null if it can't be read.</param>
    /// <param name="Problem">Why it can't be read; null if it can.</param>
    private sealed record Reading(IndexFile File, ParsedFile? Content, Exception? Problem);
}
