using System.Text;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Reads the files of an update and splits them into chunks.</summary>
internal sealed class IndexReader(CohereCommand command, IndexChanges changes, Encoding? encoding, int maxTokens, int overlap)
{
    /// <summary>The version of the code that reads and splits documents. With a new one, all files are split again.</summary>
    private const int SplitVersion = 1;

    private readonly CohereCommand _command = command;
    private readonly IndexChanges _changes = changes;
    private readonly Encoding? _encoding = encoding;
    private readonly TextSplitter _splitter = new(maxTokens, TextUnit.EstimatedTokens, overlap);

    /// <summary>Everything beside the content of a file that decides about its chunks.</summary>
    public static string Settings(Encoding? encoding, int maxTokens, int overlap) =>
        FormattableString.Invariant($"{SplitVersion} {maxTokens} {overlap} {encoding?.WebName}");

    /// <summary>The chunks of a file; none if it can't be read or contains no text.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isSilent">Whether errors are left to another reading of the file.</param>
    public IReadOnlyList<IndexChunk> Read(IndexFile file, bool isSilent)
    {
        DocumentFile content;
        try
        {
            content = _command.Run(token => DocumentInput.Files.ReadAsync(file.Path, _encoding, token));
            if (content.NoText is { } noText && content.Kind == DocumentKind.Pdf)
            {
                throw noText;
            }
        }
        catch (Exception exception) when (exception is CohereException or WrongEncodingException)
        {
            if (!isSilent)
            {
                _command.WriteError(DocumentInput.ErrorOf(exception, file.Path));
                if (exception is CohereException { Reason: ErrorReason.DocumentHasNoText })
                {
                    _changes.AddUnparsed(file.Path);
                }
                else
                {
                    _changes.AddUnreadable(file.Path);
                }
            }

            return [];
        }

        if (content.Documents.Count == 0)
        {
            if (!isSilent)
            {
                _changes.AddEmpty(file.Path);
                _command.WriteWarning($"The file '{file.Path}' contains no text.");
            }

            return [];
        }

        TextChunk[] chunks = content.Documents.SelectMany(_splitter.Split).ToArray();
        return chunks.Select((chunk, number) => new IndexChunk
        {
            Path = file.Path,
            FileHash = file.Hash,
            Number = number,
            Count = chunks.Length,
            Text = chunk.Text,
            Title = chunk.Title,
            Heading = chunk.Heading,
            Page = chunk.Page,
            Offset = chunk.Offset,
            LastWriteTime = file.LastWriteTime,
        }).ToArray();
    }
}
