using System.Collections;
using System.Text;
using System.Text.Json;
using CohereShell.Json;

namespace CohereShell.Tools;

/// <summary>
/// Prepares the output of a tool for the model: an object becomes a document, and consecutive lines of text become
/// one. Number, depth and size are limited, and the model is told what was cut. Only what is kept takes memory.
/// </summary>
internal sealed class ToolOutput
{
    /// <summary>The maximum number of objects for a model. If there are more, the model should ask for less.</summary>
    public const int MostObjects = 100;

    private const int MostErrors = 10;
    private const int LongestError = 1_000;
    // This much text is kept beyond the part that is shown, because a secret may extend into it.
    private const int Margin = 4_096;
    private readonly List<object> _kept = [];
    private Lines? _text;
    private long _count;
    private long _textLength;
    private long _lines;

    /// <summary>Whether the output is formatting data, which only PowerShell itself can render.</summary>
    public bool IsForTheScreen { get; private set; }

    /// <summary>The objects that were kept.</summary>
    public IReadOnlyList<object> Kept => _kept;

    public void Add(PSObject? item)
    {
        if (item is null)
        {
            return;
        }

        _count++;
        object plain = PowerShellJson.Unwrap(item)!;
        IsForTheScreen |= plain.GetType().Namespace == "Microsoft.PowerShell.Commands.Internal.Format";
        if (plain is string line)
        {
            AddLine(line);
        }
        else if (_kept.Count < MostObjects)
        {
            _text = null;
            _kept.Add(item);
        }
    }

    /// <summary>The documents for the model.</summary>
    /// <param name="errors">The first errors of the tool.</param>
    /// <param name="errorCount">The number of errors.</param>
    /// <param name="redact">Removes secrets.</param>
    /// <param name="isTruncated">Whether something was cut off.</param>
    public IReadOnlyList<ChatDocument> ToDocuments(IReadOnlyList<string> errors, long errorCount, Func<string, string> redact, out bool isTruncated)
    {
        var bounds = new JsonBounds();
        var documents = new List<ChatDocument>();
        int size = 0;
        foreach (object item in _kept.TakeWhile(_ => size < bounds.Size))
        {
            // Each item can use the size that the others left.
            var own = new JsonBounds { Size = bounds.Size - size, TextLength = item is Lines ? int.MaxValue : bounds.TextLength, Clean = redact };
            JsonElement document = Document(item, own);
            size += document.GetRawText().Length;
            bounds.Include(own);
            // Citations refer to the object itself.
            documents.Add(new ChatDocument(document) { InputObject = item is Lines ? null : item });
        }

        if (errors.Count > 0)
        {
            string[] shown = errors.Take(MostErrors).Select(error => Shorten(error)).ToArray();
            documents.Add(new ChatDocument(PowerShellJson.ToElement(errorCount > MostErrors
                ? new Dictionary<string, object> { ["errors"] = shown, ["errorCount"] = errorCount }
                : new Dictionary<string, object> { ["errors"] = shown })));
        }

        string? cut = Cut(documents.Count - (errors.Count > 0 ? 1 : 0), bounds);
        isTruncated = cut is not null || errorCount > MostErrors;
        if (cut is not null)
        {
            documents.Add(Note("truncated", $"{cut} Ask for less, for example with a filter, or for another part."));
        }

        if (documents.Count == 0)
        {
            documents.Add(Note("result", "The command ran and returned no output."));
        }

        return documents;
    }

    /// <summary>A document of one field.</summary>
    public static ChatDocument Note(string name, string text) => new(PowerShellJson.ToElement(new Dictionary<string, string> { [name] = text }));

    /// <summary>The texts and numbers of a document, in order.</summary>
    public static IEnumerable<string> TextsIn(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(property => TextsIn(property.Value)).Concat(value.EnumerateObject().Select(property => property.Name)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(TextsIn),
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Number => [value.GetRawText()],
        _ => [],
    };

    /// <summary>The texts of each property of the documents, so that what the others contain isn't in between.</summary>
    public static IEnumerable<string[]> ColumnsIn(IEnumerable<JsonElement> documents) => documents
        .Where(document => document.ValueKind == JsonValueKind.Object)
        .SelectMany(document => document.EnumerateObject())
        .GroupBy(property => property.Name, StringComparer.Ordinal)
        .Select(column => column.SelectMany(property => TextsIn(property.Value)).ToArray());

    private static JsonElement Document(object item, JsonBounds bounds)
    {
        JsonElement element = PowerShellJson.ToElement(item is Lines lines ? lines.Shown(bounds) : item, bounds);
        string json = element.GetRawText();
        string clean = bounds.Clean(json);
        if (json != clean)
        {
            // A secret can also be in a value that isn't a text, or span a text and its surroundings.
            element = JsonSerializer.Deserialize<JsonElement>(clean);
        }

        // A document must be an object with at least one field.
        if (element.ValueKind == JsonValueKind.Object && element.EnumerateObject().Any())
        {
            return element;
        }

        object plain = PowerShellJson.Unwrap(item)!;
        return element.ValueKind == JsonValueKind.Object && plain is not (IDictionary or PSObject)
            ? PowerShellJson.ToElement(new Dictionary<string, object> { ["value"] = bounds.Clean(JsonBounds.TextOf(plain) ?? JsonBounds.NameOf(plain)) })
            : PowerShellJson.ToElement(new Dictionary<string, object> { [element.ValueKind == JsonValueKind.String ? "text" : "value"] = element });
    }

    private static string Shorten(string error) => error.Length <= LongestError ? error : error.Substring(0, LongestError) + "…";

    private void AddLine(string line)
    {
        _textLength += line.Length + 1;
        _lines++;
        if (_text is null)
        {
            if (_kept.Count >= MostObjects)
            {
                return;
            }

            _text = new Lines();
            _kept.Add(_text);
        }

        _text.Add(line);
    }

    private string? Cut(int shown, JsonBounds bounds)
    {
        var parts = new List<string>();
        long objects = _count - _lines;
        int texts = _kept.Count(item => item is Lines);
        if (objects + texts > shown)
        {
            parts.Add(FormattableString.Invariant($"{shown} of {objects + texts} objects are shown."));
        }

        if (_textLength > bounds.Size)
        {
            parts.Add(FormattableString.Invariant($"The text has {_lines} lines with {_textLength} characters in all."));
        }

        if (bounds.Summary is { } summary)
        {
            parts.Add($"{char.ToUpperInvariant(summary[0])}{summary.Substring(1)}.");
        }

        return parts.Count == 0 ? null : string.Join(" ", parts);
    }

    /// <summary>Consecutive lines of text. Only their beginning is kept.</summary>
    private sealed class Lines
    {
        private readonly StringBuilder _text = new();
        private long _length = -1;

        public void Add(string line)
        {
            if (_length >= 0)
            {
                Append("\n");
            }

            Append(line);
            _length += line.Length + 1;
        }

        public string Shown(JsonBounds bounds)
        {
            string text = bounds.Clean(_text.ToString());
            return text.Length > bounds.Size ? bounds.Cut(text, bounds.Size, _length) : text;
        }

        private void Append(string text) =>
            _text.Append(text, 0, Math.Max(0, Math.Min(new JsonBounds().Size + Margin - _text.Length, text.Length)));
    }
}
