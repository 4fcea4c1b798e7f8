using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>
/// The documents of a question, from whatever users have: strings, hashtables, objects, files, and what other commands of
/// the module found. Each gets an id that no other has, so that citations lead back to the object that was given.
/// </summary>
internal sealed class Documents
{
    private const string Copy = "Deserialized.";
    private const int LongestId = 200;

    // Where objects say who they are, in the order in which it is believed.
    private static readonly string[] IdNames = ["id", "name", "path", "fullname"];

    private readonly List<ChatDocument> _documents = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>The documents; null where there are none.</summary>
    public IReadOnlyList<ChatDocument>? All => _documents.Count > 0 ? _documents.ToArray() : null;

    /// <summary>How many there are.</summary>
    public int Count => _documents.Count;

    /// <summary>Adds a document, or says why it is none.</summary>
    public bool TryAdd(object? value, [NotNullWhen(false)] out ErrorRecord? error)
    {
        try
        {
            ChatDocument? document = From(value);
            error = document is null ? ErrorRecords.EmptyInput(value) : null;
            if (document is not null)
            {
                // By its place, as the service would call it, where it has no name of its own.
                string id = Unique(document.Id ?? FormattableString.Invariant($"doc:{_documents.Count}"));
                _documents.Add(document.With(id, document.InputObject ?? Plain(value), document.Path));
            }
        }
        catch (NotJsonException exception)
        {
            error = ErrorRecords.NotJson(exception, value);
        }
        catch (UnreadableFileException exception)
        {
            error = exception.InnerException switch
            {
                InvalidDataException => ErrorRecords.NotATextFile(exception.File.FullName),
                _ when exception.File is DirectoryInfo => ErrorRecords.NotAFile(exception.File.FullName),
                { } cause => ErrorRecords.FileNotReadable(exception.File.FullName, cause),
                null => throw new InvalidOperationException("A file that cannot be read has a reason.", exception),
            };
        }

        return error is null;
    }

    // Null where there is nothing in it that a model could read.
    private static ChatDocument? From(object? value) => PowerShellJson.Unwrap(value) switch
    {
        null => null,
        string text => new ChatDocument(text),
        ChatDocument document => document,
        FileInfo file => FromText(ReadText(file), file.FullName),
        DirectoryInfo folder => throw new UnreadableFileException(folder, new IOException()),
        // What was found stands for what it was found in: numbers of a vector and scores tell a model nothing.
        Embedding embedding => FromEmbedded(embedding.Text, embedding.Path, embedding.InputObject),
        EmbeddingMatch match => From(match.Embedding),
        EmbeddingSimilarity similarity => From(similarity.Embedding),
        RerankResult result => WithText(From(result.Document), result.Text),
        Transcription transcription => FromText(transcription.Text, transcription.Path),
        PSObject copy when IsCopy<Embedding>(copy) || IsCopy<EmbeddingMatch>(copy) =>
            FromEmbedded(TextIn(copy, nameof(Embedding.Text)), TextIn(copy, nameof(Embedding.Path)), copy.Properties[nameof(Embedding.InputObject)]?.Value),
        PSObject copy when IsCopy<RerankResult>(copy) =>
            WithText(From(copy.Properties[nameof(RerankResult.Document)]?.Value), TextIn(copy, nameof(RerankResult.Text))),
        IDictionary or PSObject => FromData(PowerShellJson.ToElement(value)),
        bool or char or Enum or IFormattable => new ChatDocument(LanguagePrimitives.ConvertTo<string>(value)),
        _ => FromData(PowerShellJson.ToElement(value)),
    };

    private static ChatDocument? FromEmbedded(string? text, string? path, object? inputObject) => PowerShellJson.Unwrap(inputObject) switch
    {
        null or string or FileInfo when text is not null => FromText(text, path ?? (PowerShellJson.Unwrap(inputObject) as FileInfo)?.FullName),
        null when path is not null => From(new FileInfo(path)),
        null => null,
        _ => WithText(From(inputObject), text),
    };

    // Not the dozens of properties of a file: nobody who pipes files means those. And its name without the folder: a path
    // says more of the machine than a model needs to know.
    private static ChatDocument FromText(string text, string? path) => LeafOf(path) is { } name
        ? new ChatDocument(PowerShellJson.ToElement(new Dictionary<string, string> { ["title"] = name, ["text"] = text }), name) { Path = path }
        : new ChatDocument(text);

    // The text may be of properties that an object does not show by itself.
    private static ChatDocument? WithText(ChatDocument? document, string? text)
    {
        if (document is null || string.IsNullOrWhiteSpace(text))
        {
            return document ?? (string.IsNullOrWhiteSpace(text) ? null : new ChatDocument(text!));
        }

        if (document.Text is not null || LettersOf(document.Data).IndexOf(LettersOf(text!), StringComparison.Ordinal) >= 0)
        {
            return document;
        }

        bool isTaken = document.Data.EnumerateObject().Any(property => string.Equals(property.Name, "text", StringComparison.OrdinalIgnoreCase));
        Dictionary<string, JsonElement> fields = FieldsOf(document.Data);
        fields[isTaken ? "passage" : "text"] = PowerShellJson.ToElement(text);
        return new ChatDocument(PowerShellJson.ToElement(fields), document.Id) { Path = document.Path };
    }

    // { id, data: {…} } is Cohere's own form. Else all fields are the data.
    private static ChatDocument FromData(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return new ChatDocument(element.GetRawText());
        }

        string? id = IdOf(element);
        if (element.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.Object)
        {
            return new ChatDocument(data.Clone(), id);
        }

        Dictionary<string, JsonElement> fields = FieldsOf(element);
        // A field with exactly this name is meant for citations. An Id may be more: of an event, the kind of event.
        fields.Remove("id");
        return new ChatDocument(PowerShellJson.ToElement(fields), id);
    }

    private static string? IdOf(JsonElement element)
    {
        foreach (string name in IdNames)
        {
            foreach (JsonProperty property in element.EnumerateObject().Where(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase)))
            {
                string text = property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? property.Value.ToString() : string.Empty;
                string id = name is "path" or "fullname" ? LeafOf(text) ?? string.Empty : text;
                if (!string.IsNullOrWhiteSpace(id) && id.Length <= LongestId)
                {
                    return id;
                }
            }
        }

        return null;
    }

    private static Dictionary<string, JsonElement> FieldsOf(JsonElement element)
    {
        var fields = new Dictionary<string, JsonElement>();
        foreach (JsonProperty property in element.EnumerateObject())
        {
            fields[property.Name] = property.Value;
        }

        return fields;
    }

    // Letters and digits alone: the same text is written in different ways with line breaks and quotes.
    private static string LettersOf(string text) => new(text.Where(character => char.IsLetterOrDigit(character)).ToArray());

    private static string LettersOf(JsonElement element)
    {
        var letters = new StringBuilder();
        AddLetters(element, letters);
        return letters.ToString();
    }

    private static void AddLetters(JsonElement element, StringBuilder letters)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    letters.Append(LettersOf(property.Name));
                    AddLetters(property.Value, letters);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    AddLetters(item, letters);
                }

                break;
            default:
                letters.Append(LettersOf(element.ToString()));
                break;
        }
    }

    // Of paths of both kinds of systems: a store of embeddings may have been made on another one.
    private static string? LeafOf(string? path) =>
        path?.TrimEnd('/', '\\').Split('/', '\\').LastOrDefault() is { Length: > 0 } leaf ? leaf : null;

    // Without the wrapper that the pipeline puts around objects. The notes on a string, where a line comes from, are on
    // the wrapper and stay.
    private static object? Plain(object? value) => value is PSObject { BaseObject: string } ? value : PowerShellJson.Unwrap(value);

    private static bool IsCopy<T>(PSObject value) => value.TypeNames.Contains(Copy + typeof(T).FullName);

    private static string? TextIn(PSObject value, string name) => PowerShellJson.Unwrap(value.Properties[name]?.Value) as string;

    private static string ReadText(FileInfo file)
    {
        try
        {
            return TextFile.Read(file);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UnreadableFileException(file, exception);
        }
    }

    private string Unique(string wanted)
    {
        string id = wanted;
        for (int number = 2; !_ids.Add(id); number++)
        {
            id = FormattableString.Invariant($"{wanted}-{number}");
        }

        return id;
    }

    private sealed class UnreadableFileException(FileSystemInfo file, Exception cause) : Exception(cause.Message, cause)
    {
        public FileSystemInfo File { get; } = file;
    }
}
