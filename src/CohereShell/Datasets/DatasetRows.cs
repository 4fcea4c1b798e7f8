using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;

namespace CohereShell.Datasets;

/// <summary>
/// Objects as the rows of a dataset, in a file for the time of the upload: only its owner may read it, and it is gone when
/// this is disposed. Where the process is killed, Windows deletes it; elsewhere the next of these does.
/// </summary>
internal sealed class DatasetRows : IDisposable
{
    private const string Prefix = "CohereShell-";
    private const string Extension = ".jsonl";

    private readonly FileStream _stream;
    private readonly DatasetRules _rules;
    private readonly bool _isText;
    private readonly IReadOnlyList<string>? _properties;
    private readonly IReadOnlyList<string> _otherFields;

    /// <param name="type">The type of the dataset.</param>
    /// <param name="rules">What a row has to be like.</param>
    /// <param name="properties">The properties that make the text; none for objects that have one.</param>
    /// <param name="otherFields">Fields that go along with the text.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public DatasetRows(string type, DatasetRules rules, IReadOnlyList<string>? properties, IReadOnlyList<string> otherFields)
    {
        _isText = type == DatasetTypes.EmbedInput;
        _rules = rules;
        _properties = properties;
        _otherFields = otherFields;
        _stream = Create(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{Prefix}{Guid.NewGuid():N}{Extension}"));
        DeleteAbandoned();
    }

    /// <summary>The file.</summary>
    public string Path => _stream.Name;

    /// <summary>How many rows it has.</summary>
    public long Count { get; private set; }

    /// <summary>How large it is.</summary>
    public long Length { get; private set; }

    /// <summary>Adds an object as a row, or says why it cannot be one.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
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

    /// <summary>What was added is in the file.</summary>
    public void Complete() => _stream.Flush();

    public void Dispose() => _stream.Dispose();

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
    // The folder for temporary files belongs to the user on Windows.
    private static FileStream Create(string path) =>
        new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.DeleteOnClose);
#endif

    /// <summary>Deletes what processes that were killed have left. The texts in them are nobody's business.</summary>
    private static void DeleteAbandoned()
    {
        foreach (string path in Directory.GetFiles(System.IO.Path.GetTempPath(), $"{Prefix}*{Extension}"))
        {
            try
            {
                // Between the making of a file and its locking there is a moment in which it looks abandoned.
                if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > TimeSpan.FromMinutes(1))
                {
                    // Fails where the file is in use.
                    new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // In use, or another user's.
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
                ? "Say with -Property which properties make the text: … -Property Name, Description. What -KeepField names has to be in every object."
                : "Give the object the fields that the message names.")
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
