using System;
using System.IO;
using System.Management.Automation;
using System.Text.Json;
using CohereShell.Datasets;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>The requests of a batch on their way to the service.</summary>
internal sealed class BatchRequests : IDisposable
{
    private readonly BatchRequestReader _reader;

    /// <param name="type">The type of the dataset.</param>
    /// <param name="reader">Makes the requests.</param>
    /// <exception cref="IOException">The file for them cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public BatchRequests(string type, BatchRequestReader reader)
    {
        Type = type;
        _reader = reader;
        Rows = new DatasetRows(type, new DatasetRules(type, [], skipsMalformed: false, delimiter: null), properties: null, otherFields: []);
    }

    /// <summary>The type of the dataset that they make.</summary>
    public string Type { get; }

    /// <summary>The file with them.</summary>
    public DatasetRows Rows { get; }

    /// <summary>Adds a request made of an object; or says why none can be made.</summary>
    public ErrorRecord? Add(object? value) => Add(() => _reader.Read(value));

    /// <summary>Adds a request made of a row of a file; or says why none can be made.</summary>
    public ErrorRecord? AddRow(JsonElement row) => Add(() => _reader.ReadRow(row));

    public void Dispose() => Rows.Dispose();

    private ErrorRecord? Add(Func<JsonElement> read)
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
