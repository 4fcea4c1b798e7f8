using System.Globalization;
using System.Text;
using System.Text.Json;
using CohereShell.Datasets;
using CohereShell.Errors;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>The requests of a batch on their way to the service. What cannot be one is an error of the command.</summary>
internal sealed class BatchRequests : IDisposable
{
    private readonly StartCohereBatchCommand _command;
    private readonly BatchRequestReader _reader;

    /// <param name="command">The command that they are for.</param>
    /// <param name="type">The type of the dataset.</param>
    /// <param name="reader">Makes the requests.</param>
    /// <exception cref="IOException">The file for them cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public BatchRequests(StartCohereBatchCommand command, string type, BatchRequestReader reader)
    {
        _command = command;
        Type = type;
        _reader = reader;
        Rows = new DatasetRows(type, new DatasetRules(type, [], skipsMalformed: false, delimiter: null), properties: null, otherFields: []);
    }

    /// <summary>The type of the dataset that they make.</summary>
    public string Type { get; }

    /// <summary>The file with them.</summary>
    public DatasetRows Rows { get; }

    /// <summary>Adds a request made of an object.</summary>
    public void Add(object? value) => Add(() => _reader.Read(value));

    /// <summary>Adds the requests made of the rows of a file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public void AddFile(string file)
    {
        using var reader = new StreamReader(FilePaths.OpenRead(file), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        for (int number = 1; reader.ReadLine() is { } line; number++)
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
                using JsonDocument row = JsonDocument.Parse(line);
                Add(() => _reader.ReadRow(row.RootElement));
            }
            catch (JsonException exception)
            {
                _command.WriteError(ErrorRecords.NotADatasetRow(
                    string.Format(CultureInfo.InvariantCulture, "{0}:{1}", file, number),
                    string.Format(CultureInfo.InvariantCulture, "(line {0} of '{1}') is no JSON: {2}", number, file, exception.Message),
                    "Each line is one JSON object. ConvertTo-Json -Compress writes one."));
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
                string.Format(CultureInfo.InvariantCulture, "The first {0:N0} requests are more than the 1.5 GB that a dataset takes. Nothing was sent.", Rows.Count),
                "Make several batches.",
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
