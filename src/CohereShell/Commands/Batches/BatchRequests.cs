using System.Globalization;
using System.Text;
using System.Text.Json;
using CohereShell.Datasets;
using CohereShell.Errors;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>
/// The requests of a batch before they are uploaded. Input that can't become a request causes an error of the
/// command.
/// </summary>
internal sealed class BatchRequests : IDisposable
{
    private readonly StartCohereBatchCommand _command;
    private readonly BatchRequestReader _reader;

    /// <param name="command">The command that starts the batch.</param>
    /// <param name="type">The type of the dataset.</param>
    /// <param name="reader">Makes the requests from the input.</param>
    /// <exception cref="IOException">The temporary file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the temporary file was denied.</exception>
    public BatchRequests(StartCohereBatchCommand command, string type, BatchRequestReader reader)
    {
        _command = command;
        Type = type;
        _reader = reader;
        Rows = new DatasetRows(type, new DatasetRules(type, [], skipsMalformed: false, delimiter: null), properties: null, otherFields: []);
    }

    /// <summary>The type of the dataset.</summary>
    public string Type { get; }

    /// <summary>The temporary file with the requests.</summary>
    public DatasetRows Rows { get; }

    /// <summary>Adds a request made from an object.</summary>
    public void Add(object? value) => Add(() => _reader.Read(value));

    /// <summary>Adds the requests made from the rows of a file.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file was denied.</exception>
    public void AddFile(string file, Encoding? encoding)
    {
        using StreamReader reader = StrictText.Open(file, encoding);
        for (int number = 1; StrictText.Guard(file, encoding, reader.ReadLine) is { } line; number++)
        {
            if (_command.Stopping)
            {
                throw new PipelineStoppedException();
            }

            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                using JsonDocument row = JsonText.Parse(line);
                Add(() => _reader.ReadRow(row.RootElement));
            }
            catch (JsonException exception)
            {
                _command.WriteError(ErrorRecords.NotADatasetRow(
                    string.Format(CultureInfo.InvariantCulture, "{0}:{1}", file, number),
                    string.Format(CultureInfo.InvariantCulture, "(line {0} of '{1}') isn't valid JSON: {2}", number, file, exception.Message),
                    "Write one JSON object per line, for example with ConvertTo-Json -Compress."));
            }
        }
    }

    public void Dispose() => Rows.Dispose();

    private void Add(Func<JsonElement> read)
    {
        ErrorRecord? error = null;
        FilePaths.Write(_command, Rows.Path, () => error = ProblemOf(read));
        if (error is not null)
        {
            _command.WriteError(error);
        }
        else if (Rows.Length > DatasetRules.LargestFile)
        {
            _command.ThrowTerminatingError(ErrorRecords.InvalidValue(
                string.Format(CultureInfo.InvariantCulture, "The first {0:N0} requests exceed 1.5 GB, the maximum size of a dataset. Nothing was sent.", Rows.Count),
                "Split the input and start several batches.",
                null));
        }
    }

    private ErrorRecord? ProblemOf(Func<JsonElement> read)
    {
        try
        {
            return Rows.TryAdd(read(), out ErrorRecord? error) ? null : error;
        }
        catch (InputException exception)
        {
            return exception.Error;
        }
    }
}
