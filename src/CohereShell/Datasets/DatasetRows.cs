using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;

namespace CohereShell.Datasets;

/// <summary>
/// Writes objects as rows of a dataset to a temporary file for the upload. Only its owner can read it, and disposing
/// deletes it. If the process is killed, Windows deletes the file. On other systems, the next instance does.
/// </summary>
internal sealed class DatasetRows : IDisposable
{
    private const string Prefix = "CohereShell-";

    private readonly FileStream _stream;
    private readonly DatasetRules _rules;
    private readonly bool _isText;
    private readonly IReadOnlyList<string>? _properties;
    private readonly IReadOnlyList<string> _otherFields;

    /// <param name="type">The type of the dataset.</param>
    /// <param name="rules">The rules for rows.</param>
    /// <param name="properties">The properties that make up the text; null if the objects already have a text.</param>
    /// <param name="otherFields">Additional fields to keep with the text.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file was denied.</exception>
    public DatasetRows(string type, DatasetRules rules, IReadOnlyList<string>? properties, IReadOnlyList<string> otherFields)
    {
        _isText = type == DatasetTypes.EmbedInput;
        _rules = rules;
        _properties = properties;
        _otherFields = otherFields;
        _stream = CreateTemporary(".jsonl");
    }

    /// <summary>The path of the file.</summary>
    public string Path => _stream.Name;

    /// <summary>The number of rows.</summary>
    public long Count { get; private set; }

    /// <summary>The size in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Adds an object as a row, or returns the reason why it can't be one.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public bool TryAdd(object? value, [NotNullWhen(false)] out ErrorRecord? error)
    {
        try
        {
            if (!TryGetRow(value, out byte[] row, out error))
            {
                return false;
            }

            _stream.Write(row, 0, row.Length);
            _stream.WriteByte((byte)'\n');
            Count++;
            Length += row.Length + 1;
            return true;
        }
        catch (NotJsonException exception)
        {
            error = ErrorRecords.NotJson(exception, value);
            return false;
        }
    }

    /// <summary>Makes sure that all rows are in the file.</summary>
    public void Complete() => _stream.Flush();

    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (Exception exception) when (ReplacingFile.IsWriteFailure(exception))
        {
            // The disk is full, and the rest of the buffer can't be written. The file is closed and deleted anyway.
        }
    }

    /// <summary>Creates a temporary file that only its owner can read. Closing deletes it.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file was denied.</exception>
    public static FileStream CreateTemporary(string extension)
    {
        FileStream stream = Create(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{Prefix}{Guid.NewGuid():N}{extension}"));
        DeleteAbandoned();
        return stream;
    }

#if NET
    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 1 << 16,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
#else
    // On Windows, the folder for temporary files belongs to the user.
    private static FileStream Create(string path) =>
        new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.DeleteOnClose);
#endif

    /// <summary>Deletes files of processes that were killed, because their texts are private.</summary>
    private static void DeleteAbandoned()
    {
        foreach (string path in Directory.GetFiles(System.IO.Path.GetTempPath(), $"{Prefix}*"))
        {
            try
            {
                // A new file looks abandoned for a moment, until it's locked.
                if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > TimeSpan.FromMinutes(1))
                {
                    // Fails if the file is in use.
                    new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The file is in use, or belongs to another user.
            }
        }
    }

    private bool TryGetRow(object? value, out byte[] row, [NotNullWhen(false)] out ErrorRecord? error)
    {
        row = [];
        if (_isText && (_properties is not null || RecordText.HasOwnText(value)))
        {
            if (!RecordText.TryGet(value, _properties, out string text, out error))
            {
                return false;
            }

            row = RowOf(text, value);
        }
        else
        {
            row = PowerShellJson.ToUtf8(value);
        }

        using JsonDocument document = JsonDocument.Parse(row, new JsonDocumentOptions { MaxDepth = 128 });
        error = _rules.ProblemOf(document.RootElement) is { } problem
            ? ErrorRecords.NotADatasetRow(value, problem, _isText
                ? "Specify with -Property which properties make up the text: … -Property Name, Description. Every object must have the fields of -KeepField."
                : "Add the fields named in the message to the object.")
            : null;
        return error is null;
    }

    private byte[] RowOf(string text, object? value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonBody.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("text", text);
            foreach (string field in _otherFields.Where(field => field != "text"))
            {
                if (RecordFields.TryGet(value, field, out object? found))
                {
                    writer.WritePropertyName(field);
                    PowerShellJson.ToElement(found).WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
