using System.Globalization;
using System.Text;
using System.Text.Json;
using CohereShell.Errors;

namespace CohereShell.Datasets;

/// <summary>
/// The service's rules for datasets that can be checked before an upload, which may take hours. See
/// https://docs.cohere.com/docs/datasets.
/// </summary>
internal sealed class DatasetRules
{
    /// <summary>The documented limit is 1.5 GB. Files between 1.5 GB and 1.5 GiB are left to the service.</summary>
    public const long LargestFile = 3L << 29;

    private const int LongestName = 49;

    /// <summary>A program that writes rows makes the same mistake in all of them, so a few rows are enough.</summary>
    private const int RowsToLookAt = 20;

    private const int BytesToLookAt = 1 << 20;

    /// <summary>The nesting depth of rows is left to the service.</summary>
    private static readonly JsonDocumentOptions JsonOptions = new() { MaxDepth = 1000 };

    private static readonly string[] AnyTable = [".jsonl", ".csv"];

    private readonly string _type;
    private readonly IReadOnlyList<string> _keepFields;
    private readonly bool _skipsMalformed;
    private readonly string _delimiter;

    public DatasetRules(string type, IReadOnlyList<string> keepFields, bool skipsMalformed, string? delimiter)
    {
        _type = type;
        _keepFields = keepFields;
        _skipsMalformed = skipsMalformed;
        _delimiter = delimiter ?? ",";
    }

    /// <summary>Ends the command if a name isn't allowed for a dataset.</summary>
    public static void RequireName(PSCmdlet command, string? name)
    {
        if (name is { Length: > LongestName })
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue(
                string.Format(CultureInfo.InvariantCulture, "The name has {0} characters. The maximum for a dataset is {1}.", name.Length, LongestName),
                "Specify a shorter -Name.",
                name));
        }
    }

    /// <summary>The default name of a dataset that is made from a file.</summary>
    public static string NameOf(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        return name.Length > LongestName ? name.Substring(0, LongestName) : name;
    }

    private IReadOnlyList<string> Extensions => _type switch
    {
        DatasetTypes.EmbedInput => [.. AnyTable, ".txt"],
        DatasetTypes.SingleLabelFineTuning or DatasetTypes.MultiLabelFineTuning => AnyTable,
        _ => [".jsonl"],
    };

    /// <summary>The fields that every row must have.</summary>
    private IReadOnlyList<string> RequiredFields => _type switch
    {
        DatasetTypes.EmbedInput => ["text"],
        DatasetTypes.BatchChat or DatasetTypes.BatchEmbed => ["custom_id", "body"],
        DatasetTypes.ChatFineTuning => ["messages"],
        DatasetTypes.RerankFineTuning => ["query", "relevant_passages"],
        DatasetTypes.SingleLabelFineTuning or DatasetTypes.MultiLabelFineTuning => ["text", "label"],
        _ => [],
    };

    /// <summary>A problem with the kind or the size of a file and its solution; null if none was found.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public (string Problem, string Action)? ProblemOfFile(FileInfo file)
    {
        string extension = file.Extension.ToLowerInvariant();
        if (!Extensions.Contains(extension))
        {
            return ($"doesn't have an extension that a dataset of the type {_type} accepts ({string.Join(", ", Extensions)})", "Write the rows as JSON Lines, one object per line, or pipe objects to New-CohereDataset.");
        }

        long length = LinkedFile.Length(file.FullName);
        if (length == 0)
        {
            return ("is empty", "Check the program that wrote the file.");
        }

        if (length > LargestFile)
        {
            return TooLarge(length);
        }

        return null;
    }

    /// <summary>A problem with the content of a file, which is UTF-8, and its solution; null if none was found.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file was denied.</exception>
    public (string Problem, string Action)? ProblemOf(FileInfo file)
    {
        string extension = file.Extension.ToLowerInvariant();
        long length = LinkedFile.Length(file.FullName);
        if (length > LargestFile)
        {
            return TooLarge(length);
        }

        byte[] head = HeadOf(file, length);
        bool isWhole = head.Length == length;
        return extension switch
        {
            ".jsonl" => ProblemOfLines(head, isWhole),
            ".csv" => ProblemOfTable(head, isWhole),
            ".txt" when string.IsNullOrWhiteSpace(Encoding.UTF8.GetString(head)) && isWhole => ("contains no text", "Check the program that wrote the file."),
            _ => null,
        };
    }

    /// <summary>A problem with a row; null if none was found.</summary>
    public string? ProblemOf(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            return "isn't a JSON object";
        }

        string? missing = RequiredFields.Concat(_skipsMalformed ? [] : _keepFields).FirstOrDefault(field => !row.TryGetProperty(field, out _));
        if (missing is not null)
        {
            string? similar = row.EnumerateObject().Select(property => property.Name).FirstOrDefault(name => name.Equals(missing, StringComparison.OrdinalIgnoreCase));
            return $"has no field '{missing}'{(similar is null ? string.Empty : $", only '{similar}'")}";
        }

        return _type == DatasetTypes.EmbedInput && (row.GetProperty("text").ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(row.GetProperty("text").GetString()))
            ? "has no text in its field 'text'"
            : null;
    }

    private static (string Problem, string Action) TooLarge(long length) =>
        (FormattableString.Invariant($"is {length / 1e9:0.##} GB, and the maximum for a dataset is 1.5 GB"), "Split the file and create several datasets.");

    private static byte[] HeadOf(FileInfo file, long fileLength)
    {
        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return StreamStart.Read(stream, (int)Math.Min(fileLength, BytesToLookAt));
    }

    private (string Problem, string Action)? ProblemOfLines(byte[] head, bool isWhole)
    {
        bool hasMark = head.Length > 2 && head[0] == 0xef && head[1] == 0xbb && head[2] == 0xbf;
        string[] lines = Encoding.UTF8.GetString(head, hasMark ? 3 : 0, head.Length - (hasMark ? 3 : 0)).Split('\n');
        // The last line may continue after the part that was read.
        int whole = isWhole ? lines.Length : lines.Length - 1;
        int rows = 0;
        for (int index = 0; index < whole && rows < RowsToLookAt; index++)
        {
            if (string.IsNullOrWhiteSpace(lines[index]))
            {
                continue;
            }

            rows++;
            if (!_skipsMalformed && ProblemOfLine(lines[index]) is { } problem)
            {
                return ($"has a row that the service doesn't accept: line {index + 1} {problem}", $"Write each row of the type {_type} as a JSON object{FieldsInWords()}. To leave out malformed rows, use -SkipMalformedInput.");
            }
        }

        return rows == 0 && isWhole ? ("has no rows", "Check the program that wrote the file.") : null;
    }

    private string? ProblemOfLine(string line)
    {
        try
        {
            using JsonDocument row = JsonText.Parse(line, JsonOptions);
            return ProblemOf(row.RootElement);
        }
        catch (JsonException)
        {
            return "isn't valid JSON";
        }
    }

    private (string Problem, string Action)? ProblemOfTable(byte[] head, bool isWhole)
    {
        var table = new CsvHead(Encoding.UTF8.GetString(head).TrimStart('\ufeff'), isWhole, _delimiter);
        if (table.Problem is not null)
        {
            return table.Problem;
        }

        string? missing = RequiredFields.Concat(_keepFields).FirstOrDefault(field => !table.Names.Contains(field));
        if (missing is not null)
        {
            return (
                $"has no column '{missing}' in its first line, which must contain the column names",
                "Add a line with the column names, as Export-Csv does. If the separator isn't a comma, specify it with -CsvDelimiter.");
        }

        return table.HasRows ? null : ("has no rows", "Check the program that wrote the file.");
    }

    private string FieldsInWords() => RequiredFields.Count == 0 ? string.Empty : $" with {string.Join(" and ", RequiredFields.Select(field => $"'{field}'"))}";
}
