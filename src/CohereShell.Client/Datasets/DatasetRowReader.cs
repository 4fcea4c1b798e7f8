using System.Runtime.CompilerServices;

namespace CohereShell;

/// <summary>
/// The rows of a dataset, those of all its files one after the other, as they arrive. <see cref="ReadAsync"/> goes to a
/// row; then it can be had as JSON or as plain objects.
/// </summary>
public sealed class DatasetRowReader : IDisposable
{
    private readonly DatasetFiles _files;
    private AvroFile? _file;
    private int _next;

    internal DatasetRowReader(DatasetFiles files) => _files = files;

    /// <summary>What is read.</summary>
    public Dataset Dataset => _files.Dataset;

    /// <summary>How many rows have been read.</summary>
    public long RowCount { get; private set; }

    /// <summary>How many bytes have come.</summary>
    public long BytesRead => _files.BytesRead;

    /// <summary>The names of the fields of a row, once there is one.</summary>
    public IReadOnlyList<string> Fields { get; private set; } = [];

    private AvroFile Row => _file ?? throw new InvalidOperationException("There is no row to be had before one was read.");

    /// <summary>Goes to the next row; false when there is none.</summary>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="CohereException">A file cannot be downloaded, or not be read.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            while (_file is not null || _next < _files.Count)
            {
                if (_file is null)
                {
                    _file = await AvroFile.OpenAsync(_files.Open(_next++), limits: null, cancellationToken).ConfigureAwait(false);
                    Fields = _file.Fields;
                }

                if (await _file.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    RowCount++;
                    return true;
                }

                _file.Dispose();
                _file = null;
            }

            return false;
        }
        catch (AvroException exception)
        {
            throw _files.Failed(ErrorReason.DatasetNotReadable, _next - 1, exception.Message, exception);
        }
    }

    /// <summary>All rows that are left, each in the form that the caller makes of it.</summary>
    internal async IAsyncEnumerable<T> ReadAllAsync<T>(Func<DatasetRowReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return read(this);
        }
    }

    /// <summary>Writes the row as one JSON value: the quickest.</summary>
    /// <param name="writer">Where the row goes.</param>
    public void WriteTo(Utf8JsonWriter writer) => Row.WriteTo(writer);

    /// <summary>The row as JSON that does not depend on this.</summary>
    public JsonElement ToElement() => Row.ToElement();

    /// <summary>
    /// The row as plain objects: records are dictionaries, whole numbers Int64, and arrays of numbers are Single[],
    /// Double[] or Int64[].
    /// </summary>
    public object? ToObject() => Row.ToObject();

    /// <summary>Ends the download.</summary>
    public void Dispose() => _file?.Dispose();
}
