using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Rows;

/// <summary>
/// The file of -OutFile for results that are appended as they arrive. With -Resume, rows whose result is already in the
/// file are skipped.
/// </summary>
internal sealed class ResultFile : IDisposable
{
    private static readonly string[] JsonLines = [".jsonl", ".ndjson"];

    private readonly PSCmdlet _command;
    private readonly string _path;
    private readonly RowFile _file;
    private readonly HashSet<string> _written;
    private long _skipped;

    private ResultFile(PSCmdlet command, string path, RowFile file, StringComparer comparer)
    {
        _command = command;
        _path = path;
        _file = file;
        _written = new HashSet<string>(comparer);
    }

    /// <summary>The file: the target of a link, not the link.</summary>
    public string Path => _file.Path;

    /// <summary>Whether the file has a complete row that stays.</summary>
    public bool HasRows => _file.HasRows;

    /// <summary>Whether a name is that of a file of results: JSON Lines or CSV.</summary>
    public static bool HasFormat(string path) => IsCsv(path) || JsonLines.Contains(System.IO.Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a name is that of a CSV file.</summary>
    public static bool IsCsv(string path) => string.Equals(System.IO.Path.GetExtension(path), ".csv", StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens the file of a command. A problem with it ends the command, before a call is spent.</summary>
    /// <param name="command">The command.</param>
    /// <param name="outFile">The path of the user, used exactly as typed.</param>
    /// <param name="resumes">Whether the file is continued.</param>
    /// <param name="force">Whether an existing or a read-only file is replaced.</param>
    /// <param name="key">How a row of the file is recognized.</param>
    /// <param name="format">The format, if it isn't text.</param>
    /// <param name="added">Fields that this run adds to each row. Rows of another run can lack them in JSON Lines.</param>
    public static ResultFile Open(PSCmdlet command, string outFile, bool resumes, bool force, ResultKey key, IRowFormat? format = null, IReadOnlyList<string>? added = null)
    {
        string path = FilePaths.ResolveTarget(command, outFile, isLiteral: true);
        if (resumes && force)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidCombination("-Resume continues the file, and -Force replaces it.", "Specify only one of -Resume and -Force."));
        }

        if (FilePaths.ProblemOfTarget(command, path, mayReplace: true, force, canAppend: false, isContinued: resumes) is { } problem)
        {
            command.ThrowTerminatingError(problem);
        }

        RowFile? file = null;
        bool isPreview = command is CohereApiCommand { IsWhatIf: true };
        FilePaths.Write(command, path, () => Guard(command, path, () =>
        {
            if (force && !isPreview && File.Exists(path))
            {
                File.SetAttributes(path, File.GetAttributes(path) & ~FileAttributes.ReadOnly);
            }

            file = new RowFile(path, IsCsv(path), isPreview, format);
        }));
        var result = new ResultFile(command, path, file!, key.Comparer);
        try
        {
            result.Prepare(resumes, force, key, IsCsv(path) || format is not null ? [] : added ?? []);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Whether the result of a row is already in the file. The row is counted as skipped.</summary>
    public bool Skips(string id)
    {
        if (!_written.Contains(id))
        {
            return false;
        }

        _skipped++;
        return true;
    }

    /// <summary>Sets the columns of all rows. If an existing CSV file has other columns, the command ends.</summary>
    public void Begin(IReadOnlyList<string> names) => FilePaths.Write(_command, _path, () => Guard(_command, _path, () => _file.Begin(names)));

    /// <summary>Names that aren't columns of the file. Their values can't be written.</summary>
    public string[] Surplus(IEnumerable<string> names) => _file.Surplus(names);

    /// <summary>Appends a row. It can be called from any thread.</summary>
    /// <returns>The reason why the row can't be written; null if it was.</returns>
    public Exception? TryAppend(IReadOnlyList<KeyValuePair<string, JsonElement>> row) => Try(() => _file.Append(row));

    /// <summary>Appends complete lines. It can be called from any thread.</summary>
    /// <returns>The reason why they can't be written; null if they were.</returns>
    public Exception? TryAppend(byte[] lines) => Try(() => _file.Append(lines));

    /// <summary>Appends what follows the last row, and isn't one.</summary>
    /// <returns>The reason why it can't be written; null if it was.</returns>
    public Exception? TryAppendEnd(byte[] bytes) => Try(() => _file.AppendEnd(bytes));

    /// <summary>Ends the command, because the results can't be written. Other calls would be paid for nothing.</summary>
    public void Fail(Exception exception, object? target) => _command.ThrowTerminatingError(ErrorRecords.FileNotWritable(_path, exception, target));

    /// <summary>Closes the file after the last row.</summary>
    public void Complete(bool passThru)
    {
        _file.Dispose();
        if (_skipped > 0)
        {
            _command.WriteVerbose(FormattableString.Invariant($"Skipped {_skipped} {(_skipped == 1 ? "input whose result is" : "inputs whose results are")} in '{DisplayText.Sanitize(_path)}'."));
        }

        if (passThru && File.Exists(_path))
        {
            FilePaths.PassThru(_command, _path);
        }
    }

    public void Dispose() => _file.Dispose();

    private void Prepare(bool resumes, bool force, ResultKey key, IReadOnlyList<string> added)
    {
        if (!resumes)
        {
            if (_file.HasContent && !force)
            {
                _command.ThrowTerminatingError(ErrorRecords.ResultFileExists(_path));
            }

            _file.Clear();
            return;
        }

        long number = 0;
        long others = 0;
        var lacking = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        Guard(_command, _path, () =>
        {
            foreach (IReadOnlyDictionary<string, string> row in _file.Read([.. key.Fields, .. added]))
            {
                number++;
                _written.Add(key.IdOf(row) ?? throw NotRecognized(key, number));
                string[] names = added.Where(name => !row.ContainsKey(name)).ToArray();
                others += names.Length > 0 ? 1 : 0;
                lacking.UnionWith(names);
            }
        });
        if (others > 0)
        {
            _command.WriteWarning(DisplayText.Sanitize(FormattableString.Invariant(
                $"{others} of {number} {(number == 1 ? "row" : "rows")} in '{_path}' {(others == 1 ? "doesn't" : "don't")} have {string.Join(" and ", lacking.Select(name => $"'{name}'"))}, which this run adds. They come from a run with other parameters, and stay as they are.")));
        }

        if (_file.IsTorn)
        {
            _command.WriteVerbose($"'{DisplayText.Sanitize(_path)}' ends with a part of a row, which an earlier run left behind. It's replaced.");
        }
    }

    private RowFileException NotRecognized(ResultKey key, long number)
    {
        // A spreadsheet program can save the file with semicolons, or in another encoding.
        bool isOtherCsv = _file.Columns is { } columns && !key.Fields.Any(field => columns.Contains(field, StringComparer.OrdinalIgnoreCase));
        return isOtherCsv
            ? new RowFileException(
                $"has no column {key.Description}, so -Resume can't tell which inputs are done. Its first line is '{DisplayText.OneLine(string.Join(",", _file.Columns!), 100)}'",
                "Specify the parameters of the first run, or write to another file. The file must be in UTF-8, with commas between the columns. A spreadsheet program may have saved it differently.")
            : new RowFileException(
                FormattableString.Invariant($"has no {key.Description} in its row {number}, so -Resume can't tell which inputs are done"),
                "Specify the parameters of the first run, or write to another file.");
    }

    private static Exception? Try(Action append)
    {
        try
        {
            append();
            return null;
        }
        catch (Exception exception) when (ReplacingFile.IsWriteFailure(exception))
        {
            return exception;
        }
    }

    private static void Guard(PSCmdlet command, string path, Action action)
    {
        try
        {
            action();
        }
        catch (RowFileException exception)
        {
            command.ThrowTerminatingError(ErrorRecords.FileNotResumable(path, exception));
        }
    }
}

/// <summary>How a row of a result file is recognized.</summary>
/// <param name="Fields">The fields that make up its id.</param>
/// <param name="IdOf">Makes the id from the fields that the row has; null if it can't.</param>
/// <param name="Description">The fields, for an error.</param>
internal sealed record ResultKey(IReadOnlyList<string> Fields, Func<IReadOnlyDictionary<string, string>, string?> IdOf, string Description)
{
    /// <summary>Compares ids.</summary>
    public StringComparer Comparer { get; init; } = StringComparer.Ordinal;

    /// <summary>The key of rows with one property that identifies them.</summary>
    public static ResultKey Property(string name) => new([name], row => row.TryGetValue(name, out string? id) && id.Length > 0 ? id : null, $"'{name}'");

    /// <summary>The key of files: their path, or else an address.</summary>
    public static ResultKey Paths(params string[] fields) => new(
        fields,
        row => fields.Select(field => row.TryGetValue(field, out string? value) ? value : null).FirstOrDefault(value => value is { Length: > 0 }),
        string.Join(" or ", fields.Select(field => $"'{field}'")))
    {
        // On Windows, a path can be typed in any case.
        Comparer = Path.DirectorySeparatorChar == '\\' ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal,
    };
}
