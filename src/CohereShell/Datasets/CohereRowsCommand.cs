using CohereShell.Errors;
using CohereShell.Input;

namespace CohereShell.Datasets;

/// <summary>The base of commands that put out the rows of datasets: as objects as they arrive, or into files.</summary>
public abstract class CohereRowsCommand : CohereFileCommand
{
    private static readonly Dictionary<string, DatasetFileFormat> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        [".jsonl"] = DatasetFileFormat.Jsonl,
        [".ndjson"] = DatasetFileFormat.Jsonl,
        [".json"] = DatasetFileFormat.Jsonl,
        [".csv"] = DatasetFileFormat.Csv,
        [".avro"] = DatasetFileFormat.Avro,
    };

    private string? _target;
    private bool _isFolder;
    private bool _isTaken;
    private DatasetFileFormat _format;

    /// <summary>The form of the rows; without it, what the extension of the file says, and objects without a file.</summary>
    [Parameter]
    public DatasetFileFormat Format { get; set; }

    /// <summary>Has the rows go into a file, or into a file for each dataset where the path is that of a folder.</summary>
    /// <param name="path">The path; null for objects.</param>
    /// <param name="isLiteral">Whether nothing in the path is a wildcard.</param>
    /// <param name="parameter">The parameter that gives the path.</param>
    private protected void SetTarget(string? path, bool isLiteral, string parameter)
    {
        DatasetFileFormat? format = IsBound(nameof(Format)) ? Format : null;
        if (format is { } asked && (path is null) != (asked == DatasetFileFormat.Object))
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                path is null ? $"-Format {asked} needs a file." : "-Format Object puts objects on the pipeline, and not into a file.",
                path is null ? $"Add -{parameter}." : $"Leave -{parameter} out, or choose -Format Jsonl, Csv or Avro.",
                asked));
        }

        if (path is null)
        {
            return;
        }

        string target = FilePaths.ResolveTarget(this, path, isLiteral);
        _isFolder = Directory.Exists(target);
        DatasetFileFormat? known = format ?? (Extensions.TryGetValue(System.IO.Path.GetExtension(target), out DatasetFileFormat said) && !_isFolder ? said : null);
        if (known is not { } sure)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                _isFolder ? $"'{target}' is a folder, and does not say which form its files are to have." : $"The name '{System.IO.Path.GetFileName(target)}' does not say which form the file is to have.",
                "Add -Format Jsonl, Csv or Avro, or give the name of a file that ends in .jsonl, .csv or .avro.",
                target));
            return;
        }

        _format = sure;
        if (!_isFolder && ProblemOf(target) is { } problem)
        {
            ThrowTerminatingError(problem);
        }

        _target = target;
    }

    /// <summary>Puts out the rows of a dataset where they are to go.</summary>
    /// <param name="id">What the user knows it by: the dataset, or the job that made it.</param>
    /// <param name="datasetId">The dataset.</param>
    /// <param name="rows">Reads the rows.</param>
    /// <param name="convert">Makes the object to write of a row.</param>
    /// <exception cref="CohereException">They cannot be had.</exception>
    private protected void WriteRows<T>(string id, string datasetId, Func<CancellationToken, IAsyncEnumerable<T>> rows, Func<T, object?> convert)
    {
        if (_target is not null)
        {
            Save(id, datasetId, _target);
            return;
        }

        foreach (T row in Pull(rows))
        {
            WriteObject(convert(row));
        }
    }

    // A name that leads out of the folder is none.
    private static string FileNameOf(string id) =>
        string.Concat(id.Select(character => System.IO.Path.GetInvalidFileNameChars().Contains(character) || character is '/' or '\\' or ':' ? '_' : character));

    private void Save(string id, string datasetId, string target)
    {
        string path = _isFolder ? System.IO.Path.Combine(target, $"{FileNameOf(id)}.{_format.ToString().ToLowerInvariant()}") : target;
        if (_isTaken)
        {
            WriteError(ErrorRecords.InvalidCombination($"'{target}' is the file of one dataset, and '{id}' is another.", "Give a folder that exists, and -Format: each dataset has a file of its own there then.", id));
            return;
        }

        if (ProblemOf(path) is { } problem)
        {
            WriteError(problem);
            return;
        }

        if (!ShouldProcess(path, DisplayText.OneLine($"Export the rows of '{id}'", 200)))
        {
            return;
        }

        _isTaken = !_isFolder;
        try
        {
            Run(token => SaveAsync(id, datasetId, path, token));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            WriteError(ErrorRecords.FileNotWritable(path, exception));
            return;
        }

        WriteFile(path);
    }

    private async Task<bool> SaveAsync(string id, string datasetId, string path, CancellationToken cancellationToken)
    {
        // Before anything is sent: a folder that may not be written to costs no download.
        using var file = new ReplacingFile(path, keepsContent: false);
        DatasetFiles files = await Client.Datasets.OpenFilesAsync(datasetId, Options, cancellationToken).ConfigureAwait(false);
        var bar = new TransferBar($"Exporting {DisplayText.OneLine(id, 60)}", record => Post(() => WriteProgress(record)), files.Dataset);
        try
        {
            await DatasetExport.WriteAsync(files, file.Stream!, _format, bar, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            bar.Complete();
        }

        file.Complete(!NoClobber);
        return true;
    }
}
