using System.Runtime.CompilerServices;

namespace CohereShell;

/// <summary>
/// Reads the rows of all files of a dataset as they arrive. <see cref="ReadAsync"/> moves to a row. Then you can get the
/// row as JSON or as plain objects.
/// </summary>
public sealed class DatasetRowReader : IDisposable
{
    private readonly DatasetFiles _files;
    private AvroFile? _file;
    private int _next;

    internal DatasetRowReader(DatasetFiles files) => _files = files;

    /// <summary>The dataset that is read.</summary>
    public Dataset Dataset => _files.Dataset;

    /// <summary>The number of rows read.</summary>
    public long RowCount { get; private set; }

    /// <summary>The number of bytes received.</summary>
    public long BytesRead => _files.BytesRead;

    /// <summary>The names of a row's fields, once the first row was read.</summary>
    public IReadOnlyList<string> Fields { get; private set; } = [];

    private AvroFile Row => _file ?? throw new InvalidOperationException("Call ReadAsync before you get a row.");

    /// <summary>Moves to the next row; false at the end.</summary>
    /// <param name="cancellationToken">Cancels the download.</param>
    /// <exception cref="CohereException">A file can't be downloaded or read.</exception>
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
        catch (Exception exception) when (Fatal.IsAboutAnswer(exception) && exception is AvroException or not (IOException or ObjectDisposedException))
        {
            throw _files.Failed(ErrorReason.DatasetNotReadable, _next - 1, exception.Message, exception);
        }
    }

    /// <summary>Returns all remaining rows in the form that the caller creates.</summary>
    internal async IAsyncEnumerable<T> ReadAllAsync<T>(Func<DatasetRowReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // A block holds many rows, and reading the next row of a block doesn't wait for anything.
            cancellationToken.ThrowIfCancellationRequested();
            yield return read(this);
        }
    }

    /// <summary>Writes the row as a JSON value. This is the fastest way.</summary>
    /// <param name="writer">The writer for the row.</param>
    public void WriteTo(Utf8JsonWriter writer) => Row.WriteTo(writer);

    /// <summary>The row as JSON that doesn't depend on this object.</summary>
    public JsonElement ToElement() => Row.ToElement();

    /// <summary>
    /// The row as plain objects: records are dictionaries, integers are Int64, and arrays of numbers are Single[], Double[]
    /// or Int64[].
    /// </summary>
    public object? ToObject() => Row.ToObject();

    /// <summary>Cancels the download.</summary>
    public void Dispose() => _file?.Dispose();
}
