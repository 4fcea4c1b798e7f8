using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text;
using System.Text.Json;
using CohereShell.Conversion;

namespace CohereShell.Tools;

/// <summary>
/// What a tool put out, as the model gets it: an object becomes a document, lines of text that follow one another become
/// one. Bounded in number, depth and size, and what was cut is said. Only what is kept takes memory.
/// </summary>
internal sealed class ToolOutput
{
    /// <summary>The most objects that a model is given. More say less: it is to ask for what it needs.</summary>
    public const int MostObjects = 100;

    private const int MostErrors = 10;
    private const int LongestError = 1_000;
    private readonly List<object> _kept = [];
    private StringBuilder? _text;
    private long _count;
    private long _textLength;
    private long _lines;

    /// <summary>How many objects the tool put out.</summary>
    public long Count => _count;

    /// <summary>Whether these are instructions for the screen, which only PowerShell itself can carry out.</summary>
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
    /// <param name="errors">What the tool said went wrong.</param>
    /// <param name="redact">Takes secrets out.</param>
    /// <param name="isTruncated">Whether something was cut off.</param>
    public IReadOnlyList<ChatDocument> ToDocuments(IReadOnlyList<string> errors, Func<string, string> redact, out bool isTruncated)
    {
        var bounds = new JsonBounds();
        var documents = new List<ChatDocument>();
        int size = 0;
        foreach (object item in _kept.TakeWhile(_ => size < bounds.Size))
        {
            // Each may take what the others have left.
            var own = new JsonBounds { Size = bounds.Size - size, TextLength = item is StringBuilder ? bounds.Size - size : bounds.TextLength };
            JsonElement document = Document(item, own, redact);
            size += document.GetRawText().Length;
            bounds.Include(own);
            // Citations lead back to the object itself.
            documents.Add(new ChatDocument(document) { InputObject = item is StringBuilder ? null : item });
        }

        if (errors.Count > 0)
        {
            string[] shown = errors.Take(MostErrors).Select(error => redact(Shorten(error))).ToArray();
            documents.Add(new ChatDocument(PowerShellJson.ToElement(errors.Count > MostErrors
                ? new Dictionary<string, object> { ["errors"] = shown, ["errorCount"] = errors.Count }
                : new Dictionary<string, object> { ["errors"] = shown })));
        }

        string? cut = Cut(documents.Count - (errors.Count > 0 ? 1 : 0), bounds);
        isTruncated = cut is not null || errors.Count > MostErrors;
        if (cut is not null)
        {
            documents.Add(Note("truncated", $"{cut} Ask for less, for example with a filter, or for another part."));
        }

        if (documents.Count == 0)
        {
            documents.Add(Note("result", "The command has run and put out nothing."));
        }

        return documents;
    }

    /// <summary>A document of one field.</summary>
    public static ChatDocument Note(string name, string text) => new(PowerShellJson.ToElement(new Dictionary<string, string> { [name] = text }));

    private static JsonElement Document(object item, JsonBounds bounds, Func<string, string> redact)
    {
        JsonElement element = PowerShellJson.ToElement(item is StringBuilder text ? text.ToString() : item, bounds);
        string json = element.GetRawText();
        string clean = redact(json);
        if (!ReferenceEquals(json, clean) && json != clean)
        {
            element = JsonSerializer.Deserialize<JsonElement>(clean);
        }

        // A document is an object.
        return element.ValueKind == JsonValueKind.Object
            ? element
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

            _text = new StringBuilder();
            _kept.Add(_text);
        }
        else
        {
            _text.Append('\n');
        }

        // One character more than is shown, so that what is cut is seen to be.
        int room = new JsonBounds().Size + 1 - _text.Length;
        _text.Append(line, 0, Math.Max(0, Math.Min(room, line.Length)));
    }

    private string? Cut(int shown, JsonBounds bounds)
    {
        var parts = new List<string>();
        long objects = _count - _lines;
        int texts = _kept.Count(item => item is StringBuilder);
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
}
