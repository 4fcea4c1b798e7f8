using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;
using CohereShell.Rows;

namespace CohereShell.Commands;

/// <summary>
/// The file of New-CohereEmbedding -OutFile: rows that Import-CohereEmbedding and Search-CohereEmbedding read. A file is
/// recognized by its path, a document by its place in the file and its text, an object by -IdProperty, and any other input by its
/// position and its text.
/// </summary>
internal sealed class EmbeddingRows : IDisposable
{
    private const string Index = "index";
    private const string Text = "text";
    private const string Path = "path";
    private const string InputObject = "input_object";

    // Where a document is in its file.
    private static readonly string[] PlaceNames = [nameof(TextChunk.Page), nameof(TextChunk.Heading), nameof(TextChunk.Offset)];

    private readonly object _gate = new();
    private readonly CohereApiCommand _command;
    private readonly string? _idProperty;
    private readonly ResultFile _file;
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly MemoryStream _buffer = new();
    private readonly IEmbeddingWriter _writer;
    private readonly ConcurrentDictionary<long, Exception> _problems = new();
    private bool _isCompleted;

    private EmbeddingRows(CohereApiCommand command, string? idProperty, ResultFile file, Func<Stream, IEmbeddingWriter> createWriter)
    {
        _command = command;
        _idProperty = idProperty;
        _file = file;
        _writer = createWriter(_buffer);
    }

    /// <summary>Opens the file of a command. A problem with it ends the command, before a call is spent.</summary>
    /// <param name="command">The command.</param>
    /// <param name="model">The model of the embeddings.</param>
    /// <param name="hasContents">Whether the inputs are combined texts and images.</param>
    /// <returns>Null if the embeddings are output as objects.</returns>
    public static EmbeddingRows? Open(NewCohereEmbeddingCommand command, string model, bool hasContents)
    {
        ResultFileRules.Check(command, command.OutFile);
        if (command.OutFile is not { } outFile)
        {
            if (command.IdProperty is not null)
            {
                command.ThrowTerminatingError(ErrorRecords.InvalidCombination("-IdProperty requires -OutFile, whose rows it identifies.", "Add -OutFile, or leave -IdProperty out. Each embedding has its object in InputObject."));
            }

            return null;
        }

        Check(command, outFile, hasContents);
        string? idProperty = command.IdProperty;
        var key = new ResultKey(
            [Index, Text, Path, InputObject],
            row => IdOf(idProperty, Field(row, Index), Field(row, Text), Field(row, Path), Field(row, InputObject)),
            idProperty is null ? "index and text, or path," : $"'{idProperty}' of an input object");
        ArrowRows? arrow = IsArrow(outFile) ? new ArrowRows(LibraryLoader.EmbeddingFormat.Value) : null;
        ResultFile file = ResultFile.Open(command, outFile, command.Resume, command.Force, key, arrow);
        try
        {
            file.Begin([]);
            EmbeddingFileRule rule = !command.Resume || !file.HasRows ? new EmbeddingFileRule() : arrow is null ? RuleOf(file.Path) : arrow.Rule;
            Check(command, file.Path, rule, model);
            return new EmbeddingRows(command, idProperty, file, stream => arrow is null ? new JsonLinesEmbeddingWriter(stream, rule) : arrow.CreateWriter(stream, rule));
        }
        catch (EmbeddingFileException exception)
        {
            file.Dispose();
            command.ThrowTerminatingError(ErrorRecords.FileNotAppendable(file.Path, exception));
            throw;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether an input must be embedded, because its embedding isn't in the file.</summary>
    /// <exception cref="InputException">The input can't be recognized, or occurs twice.</exception>
    public bool TryBegin(EmbedItem item)
    {
        try
        {
            item.Json = item.InputObject is null ? null : PowerShellJson.ToUtf8(item.InputObject);
        }
        catch (NotJsonException exception)
        {
            throw new InputException(ErrorRecords.NotJson(exception, item.Target));
        }

        string? json = item.Json is null ? null : Encoding.UTF8.GetString(item.Json);
        string id = IdOf(_idProperty, item.Index.ToString(CultureInfo.InvariantCulture), item.Text, item.Path, json)
            ?? throw new InputException(ErrorRecords.IdNotFound(_idProperty ?? Text, item.Target));
        item.Id = _idProperty is null ? null : id;
        // The same text can be in a document twice.
        return _ids.Add(id) || (_idProperty is null && IsDocument(item.Text, item.Path, json)) ? !_file.Skips(id) : throw new InputException(ErrorRecords.DuplicateId(id, item.Target));
    }

    /// <summary>Appends the embeddings of a call. It can be called from any thread.</summary>
    public void Append(IReadOnlyList<EmbedItem> items, IReadOnlyList<Embedding> embeddings)
    {
        lock (_gate)
        {
            _buffer.SetLength(0);
            for (int index = 0; index < items.Count; index++)
            {
                try
                {
                    if (_writer is IEmbeddingBatchWriter rows)
                    {
                        rows.Write(embeddings[index], items[index].Json, items[index].Id);
                    }
                    else
                    {
                        _writer.Write(embeddings[index], items[index].Json);
                    }
                }
                catch (EmbeddingException exception)
                {
                    _problems[items[index].Index] = exception;
                }
            }

            var batch = _writer as IEmbeddingBatchWriter;
            batch?.Flush();
            if (_buffer.Length > 0 && _file.TryAppend(_buffer.ToArray()) is { } problem)
            {
                batch?.Undo();
                foreach (EmbedItem item in items)
                {
                    _problems[item.Index] = problem;
                }
            }
        }
    }

    /// <summary>Reports that an embedding couldn't be written. It's paid for: the error has it.</summary>
    public void Check(EmbedItem item, Embedding embedding)
    {
        if (!_problems.TryRemove(item.Index, out Exception? problem))
        {
            return;
        }

        if (problem is EmbeddingException unsuitable)
        {
            _command.WriteError(unsuitable.ToErrorRecord(item.Target));
        }
        else
        {
            _file.Fail(problem, embedding);
        }
    }

    /// <summary>Closes the file after the last embedding.</summary>
    public void Complete(bool passThru)
    {
        if (End() is { } problem)
        {
            _file.Fail(problem, null);
        }

        _file.Complete(passThru);
    }

    public void Dispose()
    {
        // Also after Ctrl+C or an error, so that the file can be used as it is.
        _ = End();
        _file.Dispose();
        (_writer as IDisposable)?.Dispose();
        _buffer.Dispose();
    }

    // An Arrow file has an end. A file without rows isn't kept.
    private Exception? End()
    {
        lock (_gate)
        {
            if (_isCompleted || _writer is not IEmbeddingBatchWriter { Position: > 0 })
            {
                return null;
            }

            _isCompleted = true;
            _buffer.SetLength(0);
            _writer.Complete();
            return _file.TryAppendEnd(_buffer.ToArray());
        }
    }

    private static bool IsArrow(string path) => ExportCohereEmbeddingCommand.FormatOf(path) == EmbeddingFileFormat.Arrow;

    private static void Check(NewCohereEmbeddingCommand command, string outFile, bool hasContents)
    {
        if (ResultFile.IsCsv(outFile))
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue("Embeddings can't be written to a CSV file, because they are lists of numbers.", "Use a name that ends in .arrow or .jsonl. Import-CohereEmbedding and Search-CohereEmbedding read it.", outFile));
        }

        if (!ResultFile.HasFormat(outFile) && !IsArrow(outFile))
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue(
                $"-OutFile writes Apache Arrow or JSON Lines, and the name '{DisplayText.OneLine(outFile, 100)}' is that of another format.",
                "Use a name that ends in .arrow or .jsonl.",
                outFile));
        }

        if (command.Resume && hasContents)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidCombination("-Resume can't recognize the inputs of -Content, which have no id.", "Leave -Resume out, or pipe objects with a content and specify -IdProperty."));
        }
    }

    private static string? Field(IReadOnlyDictionary<string, string> row, string name) => row.TryGetValue(name, out string? value) ? value : null;

    // The same for an input and for its row in the file.
    private static string? IdOf(string? idProperty, string? index, string? text, string? path, string? inputObject)
    {
        // A file has no input object.
        if (idProperty is not null && (path is null || inputObject is not null))
        {
            return PropertyOf(inputObject, idProperty) is { Length: > 0 } id ? id : null;
        }

        return IsDocument(text, path, inputObject) ? string.Join("\n", [path, .. PlaceNames.Select(name => PropertyOf(inputObject, name)), Convert.ToBase64String(TextHash.Of(text!))])
            : path is { Length: > 0 } ? path
            : index is null || text is null ? null
            // The hash instead of the text, because all of them are in memory.
            : index + " " + Convert.ToBase64String(TextHash.Of(text));
    }

    // A page, a section or a chunk of a file. The file itself has no input object.
    private static bool IsDocument(string? text, string? path, string? inputObject) => path is { Length: > 0 } && text is not null && inputObject is not null;

    private static string? PropertyOf(string? json, string name)
    {
        if (json is null)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 128 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.EnumerateObject().Where(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase)).Select(property => RowFile.TextOf(property.Value)).FirstOrDefault()
                : null;
        }
        catch (JsonException)
        {
            // A string that looks like a name of a file.
            return null;
        }
    }

    private static EmbeddingFileRule RuleOf(string path)
    {
        using var reader = new JsonLinesEmbeddingReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.Read() is { } first ? new EmbeddingFileRule(first.Model, first.Dimension) : new EmbeddingFileRule();
    }

    // What the embeddings must have in common with those in the file, checked before a call is spent.
    private static void Check(NewCohereEmbeddingCommand command, string path, EmbeddingFileRule rule, string model)
    {
        int dimension = command.OutputDimension > 0 ? command.OutputDimension : rule.Dimension;
        if (rule.Dimension > 0 && (!string.Equals(rule.Model, model, StringComparison.Ordinal) || dimension != rule.Dimension))
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidCombination(
                FormattableString.Invariant($"The embeddings in '{path}' were created with the model {rule.Model} and have {rule.Dimension} dimensions, so others can't be added. Nothing was sent."),
                "Specify the same -Model and -OutputDimension, or write to another file.",
                path));
        }
    }

    /// <summary>Finds the rows of an Arrow file, and continues it.</summary>
    private sealed class ArrowRows(IEmbeddingFormat format) : IRowFormat
    {
        private Stream? _content;

        public long End { get; private set; }

        public bool IsTorn { get; private set; }

        public EmbeddingFileRule Rule { get; private set; } = new();

        public IEnumerable<IReadOnlyDictionary<string, string>> Read(Stream file, IReadOnlyList<string> names)
        {
            using (IEmbeddingBatchWriter writer = Guard(() => format.Continue(file, Stream.Null, mayBeIncomplete: true)))
            {
                End = writer.Position;
                Rule = writer.Rule;
            }

            _content = file;
            if (End == 0)
            {
                IsTorn = true;
                yield break;
            }

            // Not closed: the file stays open.
            IEmbeddingTable table = Guard(() => format.OpenTable(file, new EmbeddingColumns()));
            IsTorn = !table.IsComplete;
            using IEnumerator<EmbeddingRow> rows = table.ReadRows().GetEnumerator();
            while (Guard(rows.MoveNext))
            {
                Embedding embedding = rows.Current.Embedding;
                var row = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [Index] = embedding.Index.ToString(CultureInfo.InvariantCulture) };
                if (embedding.Text is { } text)
                {
                    row[Text] = text;
                }

                if (embedding.Path is { } path)
                {
                    row[Path] = path;
                }

                if (embedding.InputObject is JsonElement json)
                {
                    row[InputObject] = RowFile.TextOf(json);
                }

                yield return row;
            }
        }

        public IEmbeddingBatchWriter CreateWriter(Stream target, EmbeddingFileRule rule) => _content is null || End == 0
            ? format.Create(target, rule)
            : format.Continue(_content, target, mayBeIncomplete: true);

        private static T Guard<T>(Func<T> read)
        {
            try
            {
                return read();
            }
            catch (EmbeddingFileException exception)
            {
                throw new RowFileException($"can't be continued: {exception.Message}", "Export the readable embeddings to a new file: Import-CohereEmbedding … | Export-CohereEmbedding …");
            }
        }
    }
}
