using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;
using CohereShell.Rows;

namespace CohereShell.Commands;

/// <summary>
/// The file of New-CohereEmbedding -OutFile: rows that Import-CohereEmbedding and Search-CohereEmbedding read. A file is
/// recognized by its path, an object by -IdProperty, and any other input by its position and its text.
/// </summary>
internal sealed class EmbeddingRows : IDisposable
{
    private const string Index = "index";
    private const string Text = "text";
    private const string Path = "path";
    private const string InputObject = "input_object";

    private readonly object _gate = new();
    private readonly CohereApiCommand _command;
    private readonly string? _idProperty;
    private readonly ResultFile _file;
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly MemoryStream _buffer = new();
    private readonly JsonLinesEmbeddingWriter _writer;
    private readonly ConcurrentDictionary<long, Exception> _problems = new();

    private EmbeddingRows(CohereApiCommand command, string? idProperty, ResultFile file, EmbeddingFileRule rule)
    {
        _command = command;
        _idProperty = idProperty;
        _file = file;
        _writer = new JsonLinesEmbeddingWriter(_buffer, rule);
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
        ResultFile file = ResultFile.Open(command, outFile, command.Resume, command.Force, key);
        try
        {
            file.Begin([]);
            return new EmbeddingRows(command, idProperty, file, command.Resume ? RuleOf(command, file.Path, model) : new EmbeddingFileRule());
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
        return _ids.Add(id) ? !_file.Skips(id) : throw new InputException(ErrorRecords.DuplicateId(id, item.Target));
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
                    _writer.Write(embeddings[index], items[index].Json);
                }
                catch (EmbeddingException exception)
                {
                    _problems[items[index].Index] = exception;
                }
            }

            if (_file.TryAppend(_buffer.ToArray()) is { } problem)
            {
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
    public void Complete(bool passThru) => _file.Complete(passThru);

    public void Dispose()
    {
        _file.Dispose();
        _writer.Dispose();
        _buffer.Dispose();
    }

    private static void Check(NewCohereEmbeddingCommand command, string outFile, bool hasContents)
    {
        if (ResultFile.IsCsv(outFile))
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue("Embeddings can't be written to a CSV file, because they are lists of numbers.", "Use a name that ends in .jsonl. Import-CohereEmbedding and Search-CohereEmbedding read it.", outFile));
        }

        if (!ResultFile.HasFormat(outFile))
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue(
                $"-OutFile writes JSON Lines, and the name '{DisplayText.OneLine(outFile, 100)}' is that of another format.",
                "Use a name that ends in .jsonl. For a .cemb file, pipe the embeddings to Export-CohereEmbedding.",
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

        return path is { Length: > 0 } ? path
            : index is null || text is null ? null
            // The hash instead of the text, because all of them are in memory.
            : index + " " + HashOf(text);
    }

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

    private static string HashOf(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
#if NET
        return Convert.ToBase64String(SHA256.HashData(bytes));
#else
        using SHA256 algorithm = SHA256.Create();
        return Convert.ToBase64String(algorithm.ComputeHash(bytes));
#endif
    }

    // What the embeddings must have in common with those in the file, checked before a call is spent.
    private static EmbeddingFileRule RuleOf(NewCohereEmbeddingCommand command, string path, string model)
    {
        try
        {
            using var reader = new JsonLinesEmbeddingReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            if (reader.Read() is not { } first)
            {
                return new EmbeddingFileRule();
            }

            int dimension = command.OutputDimension > 0 ? command.OutputDimension : first.Dimension;
            if (!string.Equals(first.Model, model, StringComparison.Ordinal) || dimension != first.Dimension)
            {
                command.ThrowTerminatingError(ErrorRecords.InvalidCombination(
                    FormattableString.Invariant($"The embeddings in '{path}' were created with the model {first.Model} and have {first.Dimension} dimensions, so others can't be added. Nothing was sent."),
                    "Specify the same -Model and -OutputDimension, or write to another file.",
                    path));
            }

            return new EmbeddingFileRule(first.Model, first.Dimension);
        }
        catch (EmbeddingFileException exception)
        {
            command.ThrowTerminatingError(ErrorRecords.FileNotAppendable(path, exception));
            throw;
        }
    }
}
