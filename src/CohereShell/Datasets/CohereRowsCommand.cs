using CohereShell.Errors;
using CohereShell.Input;

namespace CohereShell.Datasets;

/// <summary>The base of commands that output the rows of datasets as they arrive, or write them to files.</summary>
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

    /// <summary>Format of the rows. By default, the file extension decides, and without a file it's Object.</summary>
    [Parameter]
    public DatasetFileFormat Format { get; set; }

    /// <summary>Sends the rows to a file or, if the path is a folder, to a file for each dataset.</summary>
    /// <param name="path">The path; null for objects.</param>
    /// <param name="isLiteral">Whether the path has no wildcards.</param>
    /// <param name="parameter">The name of the parameter with the path.</param>
    private protected void SetTarget(string? path, bool isLiteral, string parameter)
    {
        DatasetFileFormat? format = IsBound(nameof(Format)) ? Format : null;
        if (format is { } asked && (path is null) != (asked == DatasetFileFormat.Object))
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                path is null ? $"-Format {asked} requires a file." : "-Format Object outputs objects and can't be written to a file.",
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
                _isFolder ? $"'{target}' is a folder, which doesn't determine the format of the files." : $"The name '{System.IO.Path.GetFileName(target)}' doesn't determine the format of the file.",
                "Add -Format Jsonl, Csv or Avro, or use a file name that ends in .jsonl, .csv or .avro.",
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

    /// <summary>Outputs the rows of a dataset, or writes them to a file.</summary>
    /// <param name="id">The id that the user knows: the dataset's, or that of the job that created it.</param>
    /// <param name="datasetId">The id of the dataset.</param>
    /// <param name="rows">Reads the rows.</param>
    /// <param name="convert">Converts a row to the object to output.</param>
    /// <param name="model">The model that created the rows, for files; null if there isn't one.</param>
    /// <exception cref="CohereException">The rows can't be downloaded.</exception>
    private protected void WriteRows<T>(string id, string datasetId, Func<CancellationToken, IAsyncEnumerable<T>> rows, Func<T, object?> convert, string? model = null)
    {
        if (_target is not null)
        {
            Save(id, datasetId, model, _target);
            return;
        }

        foreach (T row in Pull(rows))
        {
            WriteObject(convert(row));
        }
    }

    private void Save(string id, string datasetId, string? model, string target)
    {
        string path = _isFolder ? System.IO.Path.Combine(target, $"{FilePaths.FileNameOf(id)}.{_format.ToString().ToLowerInvariant()}") : target;
        if (_isTaken)
        {
            WriteError(ErrorRecords.InvalidCombination($"'{target}' can hold one dataset only, and '{id}' would be another.", "Specify an existing folder and -Format to write a separate file for each dataset.", id));
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
            Run(token => SaveAsync(id, datasetId, model, path, token));
        }
        catch (Exception exception) when (ReplacingFile.IsWriteFailure(exception))
        {
            WriteError(ErrorRecords.FileNotWritable(path, exception));
            return;
        }

        WriteFile(path);
    }

    private async Task<bool> SaveAsync(string id, string datasetId, string? model, string path, CancellationToken cancellationToken)
    {
        // Opened before the download: a folder without write access must not cost a download.
        using var file = new ReplacingFile(path, keepsContent: false);
        DatasetFiles files = await Client.Datasets.OpenFilesAsync(datasetId, Options, cancellationToken).ConfigureAwait(false);
        var bar = new TransferBar($"Exporting {DisplayText.OneLine(id, 60)}", record => Post(() => WriteProgress(record)), files.Dataset);
        try
        {
            await DatasetExport.WriteAsync(files, file.Stream!, _format, model, bar, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            bar.Complete();
        }

        file.Complete(!NoClobber);
        return true;
    }
}
