using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>
/// The documents of a question, made from strings, hashtables, objects, files and results of other commands. Each
/// document gets a unique id, so that citations lead back to the user's object.
/// </summary>
internal sealed class Documents
{
    private const int LongestId = 200;

    // Property names that can contain the id of an object, most reliable first.
    private static readonly string[] IdNames = ["id", "name", "path", "fullname"];

    private readonly List<ChatDocument> _documents = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _propertyIds = [];
    private bool _isPropertyId;

    /// <summary>The documents; null if there aren't any.</summary>
    public IReadOnlyList<ChatDocument>? All => _documents.Count > 0 ? WithRowNumbers() : null;

    /// <summary>Shows a warning.</summary>
    public Action<string>? Warn { get; set; }

    /// <summary>Returns the path of a file for a name, or null if the name can't be one.</summary>
    public Func<string, string?>? Resolve { get; set; }

    /// <summary>The encoding of text files; null for UTF-8.</summary>
    public Encoding? Encoding { get; set; }

    /// <summary>Ends the reading of a file.</summary>
    public CancellationToken Ending { get; set; }

    /// <summary>The number of documents.</summary>
    public int Count => _documents.Count;

    /// <summary>Adds a document, or returns the reason why the value can't be one.</summary>
    public bool TryAdd(object? value, [NotNullWhen(false)] out ErrorRecord? error)
    {
        try
        {
            _isPropertyId = false;
            DocumentInput.EndWith(Ending);
            if (PowerShellJson.Unwrap(value) is FileInfo known && DocumentKinds.HasReader(known.FullName))
            {
                AddPages(known);
                error = null;
                return true;
            }

            ChatDocument? document = From(value);
            error = document is null ? ErrorRecords.EmptyInput(value) : null;
            if (document is null && PowerShellJson.Unwrap(value) is FileInfo file && Warn is not null)
            {
                Warn($"The file '{file.Name}' is empty. It isn't sent.");
                error = null;
            }

            if (document is not null)
            {
                // Without a name, the id is the position, in the format of the service.
                string id = Unique(document.Id ?? FormattableString.Invariant($"doc:{_documents.Count}"));
                if (_isPropertyId)
                {
                    _propertyIds.Add(_documents.Count, document.Id!);
                }

                _documents.Add(document.With(id, document.InputObject ?? Plain(value), document.Path));
            }
        }
        catch (NotJsonException exception)
        {
            error = ErrorRecords.NotJson(exception, value);
        }
        catch (CohereException exception)
        {
            error = DocumentInput.ErrorOf(exception, ((FileInfo)PowerShellJson.Unwrap(value)!).FullName);
        }
        catch (UnreadableFileException exception)
        {
            error = exception.InnerException switch
            {
                InvalidDataException => ErrorRecords.NotATextFile(exception.File.FullName),
                _ when exception.File is DirectoryInfo => ErrorRecords.NotAFile(exception.File.FullName),
                { } cause => ErrorRecords.FileNotReadable(exception.File.FullName, cause),
                null => throw new InvalidOperationException("A file that can't be read must have a reason.", exception),
            };
        }

        return error is null;
    }

    // Returns null if the value contains nothing that a model can read.
    private ChatDocument? From(object? value) => PowerShellJson.Unwrap(value) switch
    {
        null or DBNull => null,
        string text => FromLine(text),
        ChatDocument document => document,
        FileInfo file => ReadText(file) is var text && string.IsNullOrWhiteSpace(text) ? null : FromText(text, file.FullName),
        DirectoryInfo folder => throw new UnreadableFileException(folder, new IOException()),
        // A result represents the object that was found. Vectors and scores are useless to a model.
        Embedding embedding => FromEmbedded(embedding.Text, embedding.Path, embedding.InputObject),
        EmbeddingMatch match => From(match.Embedding),
        EmbeddingSimilarity similarity => From(similarity.Embedding),
        RerankResult result => WithText(From(result.Document), result.Text),
        Transcription transcription => FromText(transcription.Text, transcription.Path),
        _ when DocumentInput.DocumentIn(PowerShellJson.Unwrap(value)) is { } page => FromPage(page),
        // A page can be blank.
        ParsedDocument parsed => FromParsed(parsed.Text, parsed.Path, parsed.Uri),
        PSObject copy when Copies.IsCopyOf<Embedding>(copy) || Copies.IsCopyOf<EmbeddingMatch>(copy) =>
            FromEmbedded(TextIn(copy, nameof(Embedding.Text)), TextIn(copy, nameof(Embedding.Path)), copy.Properties[nameof(Embedding.InputObject)]?.Value),
        PSObject copy when Copies.IsCopyOf<RerankResult>(copy) =>
            WithText(From(copy.Properties[nameof(RerankResult.Document)]?.Value), TextIn(copy, nameof(RerankResult.Text))),
        PSObject copy when Copies.IsCopyOf<Transcription>(copy) => FromText(TextIn(copy, nameof(Transcription.Text)) ?? string.Empty, TextIn(copy, nameof(Transcription.Path))),
        PSObject copy when Copies.IsCopyOf<ParsedDocument>(copy) =>
            FromParsed(TextIn(copy, nameof(ParsedDocument.Text)), TextIn(copy, nameof(ParsedDocument.Path)), PowerShellJson.Unwrap(copy.Properties[nameof(ParsedDocument.Uri)]?.Value) as Uri),
        IDictionary or PSObject => FromData(PowerShellJson.ToElement(value)),
        bool or char or Enum or IFormattable => new ChatDocument(LanguagePrimitives.ConvertTo<string>(value)),
        var other when XmlData.TextOf(other) is { } text => string.IsNullOrWhiteSpace(text) ? null : new ChatDocument(text),
        _ => FromData(PowerShellJson.ToElement(value)),
    };

    // A document for each page, slide or section, so that citations name it.
    private void AddPages(FileInfo file)
    {
        DocumentFile pages;
        try
        {
            pages = DocumentInput.Read(file.FullName, Encoding);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableFileException(file, exception);
        }

        foreach (Document page in pages.Documents)
        {
            ChatDocument document = FromPage(page)!;
            _documents.Add(document.With(Unique(document.Id ?? file.Name), file, file.FullName));
        }
    }

    // The name of the file, with the page or the headings, is the id. The folder isn't sent.
    private static ChatDocument? FromPage(Document page)
    {
        if (string.IsNullOrWhiteSpace(page.Text))
        {
            return null;
        }

        string? file = LeafOf(page.Path);
        string title = page.Title.Length > 0 ? page.Title : file ?? string.Empty;
        var data = new Dictionary<string, object>();
        AddField(data, "title", title);
        AddField(data, "file", file == title ? null : file);
        AddField(data, "heading", page.Heading);
        if (page.Page is { } number)
        {
            data["page"] = number;
        }

        data["text"] = page.Text;
        string place = page.Page is { } at ? FormattableString.Invariant($", page {at}") : page.Heading is { } heading ? ", " + heading : string.Empty;
        string? id = file ?? (title.Length > 0 ? title : null);
        return id is null && data.Count == 1 ? new ChatDocument(page.Text)
            : new ChatDocument(PowerShellJson.ToElement(data), id is null ? null : DisplayText.OneLine(id + place, LongestId)) { Path = page.Path };
    }

    private static void AddField(Dictionary<string, object> data, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            data[name] = value!;
        }
    }

    private ChatDocument FromLine(string text)
    {
        if (Warn is not null && Resolve is not null)
        {
            FileNames.Warn(text, Resolve, Warn, name => $"To use the content of the file with this name, specify: (Get-Item {name})");
        }

        return new ChatDocument(text);
    }

    // An id that repeats, such as the Id of events, doesn't say which row a citation means.
    private ChatDocument[] WithRowNumbers()
    {
        ChatDocument[] documents = _documents.ToArray();
        foreach (IGrouping<string, KeyValuePair<int, string>> known in _propertyIds.GroupBy(known => known.Value, StringComparer.Ordinal).ToArray())
        {
            int[] indexes = known.Select(pair => pair.Key).ToArray();
            if (indexes.Length > 1)
            {
                foreach (int index in indexes)
                {
                    documents[index] = Renamed(documents[index], UniqueRow(index + 1));
                }
            }
        }

        // An id that was taken by a suffix of an id that repeats is free now.
        foreach (KeyValuePair<int, string> known in _propertyIds.Where(known => documents[known.Key].Id != known.Value && documents[known.Key].Id!.StartsWith(known.Value, StringComparison.Ordinal)))
        {
            if (documents.All(document => document.Id != known.Value))
            {
                documents[known.Key] = Renamed(documents[known.Key], known.Value);
            }
        }

        return documents;
    }

    private static ChatDocument Renamed(ChatDocument document, string id) => document.With(id, document.InputObject, document.Path);

    private string UniqueRow(int number)
    {
        string id = FormattableString.Invariant($"row {number}");
        return _ids.Contains(id) ? Unique(id) : id;
    }

    private ChatDocument? FromEmbedded(string? text, string? path, object? inputObject) => PowerShellJson.Unwrap(inputObject) switch
    {
        null or string or FileInfo when text is not null => FromText(text, path ?? (PowerShellJson.Unwrap(inputObject) as FileInfo)?.FullName),
        null when path is not null => From(new FileInfo(path)),
        null => null,
        _ => WithText(From(inputObject), text),
    };

    // The query of an address can be a secret, so the document has only the last part of the path as its name.
    private static ChatDocument? FromParsed(string? text, string? path, Uri? uri) => string.IsNullOrWhiteSpace(text)
        ? null
        : FromText(text!, path ?? (uri is { IsAbsoluteUri: true } ? Uri.UnescapeDataString(uri.AbsolutePath) : null));

    // Only the name and the text of a file, because its dozens of properties aren't what the user means. The folder
    // is left out, because it reveals more about the machine than a model needs.
    private static ChatDocument FromText(string text, string? path) => LeafOf(path) is { } name
        ? new ChatDocument(PowerShellJson.ToElement(new Dictionary<string, string> { ["title"] = name, ["text"] = text }), name) { Path = path }
        : new ChatDocument(text);

    // The text may come from properties that the object doesn't show by default.
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

    // { id, data: {…} } is Cohere's own format. Otherwise, all fields are data.
    private ChatDocument FromData(JsonElement element)
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
        // A field named exactly id is for citations. An Id can be data, such as the event id of an event.
        fields.Remove("id");
        _isPropertyId = id is not null;
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

    // Only letters and digits, because the same text can be written with different line breaks and quotes.
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

    // Handles paths of Windows and of Unix: embeddings may have been created on another system.
    private static string? LeafOf(string? path) =>
        path?.TrimEnd('/', '\\').Split('/', '\\').LastOrDefault() is { Length: > 0 } leaf ? leaf : null;

    // Removes the wrapper that the pipeline adds to objects. The wrapper of a string contains notes, such as the
    // source of a line, and stays.
    private static object? Plain(object? value) => value is PSObject { BaseObject: string } ? value : PowerShellJson.Unwrap(value);

    private static string? TextIn(PSObject value, string name) => PowerShellJson.Unwrap(value.Properties[name]?.Value) as string;

    private string ReadText(FileInfo file)
    {
        try
        {
            return TextFile.Read(file, Encoding);
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
