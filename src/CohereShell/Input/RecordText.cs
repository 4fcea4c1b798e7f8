using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>Gets the text of an object to embed, rank or classify.</summary>
internal static class RecordText
{
    /// <summary>Whether a value is a text or has exactly one text, so that the user doesn't need to specify properties.</summary>
    public static bool HasOwnText(object? value) => PowerShellJson.Unwrap(value) switch
    {
        null or DBNull or string or Embedding or EmbeddingMatch or RerankResult or Classification or TokenizedText or Transcription or ParsedDocument or ChatResponse or ChatMessage or Document or TextChunk => true,
        // Must come before the next line: the wrapper of a script object is IFormattable too.
        PSObject copy => Copies.IsCopyOf<Document>(copy) || Copies.IsCopyOf<TextChunk>(copy),
        bool or char or Enum or IFormattable => true,
        var other => XmlData.TextOf(other) is not null,
    };

    /// <summary>Gets the text of an object, or the error that explains why there isn't one.</summary>
    /// <param name="value">The object, with or without PowerShell's wrapper.</param>
    /// <param name="properties">The properties that make up the text, with wildcards; null for the whole object.</param>
    /// <param name="text">The text.</param>
    /// <param name="error">The reason why the object has no text.</param>
    /// <param name="encoding">The encoding of text files; null for UTF-8.</param>
    public static bool TryGet(object? value, IReadOnlyList<string>? properties, out string text, [NotNullWhen(false)] out ErrorRecord? error, Encoding? encoding = null)
    {
        text = string.Empty;
        error = null;
        object? plain = PowerShellJson.Unwrap(value);
        if (plain is DirectoryInfo folder && properties is not { Count: > 0 })
        {
            error = ErrorRecords.NotAFile(folder.FullName);
            return false;
        }

        try
        {
            if (plain is not null && properties is { Count: > 0 })
            {
                IReadOnlyList<KeyValuePair<string, object?>> chosen = Choose(value!, properties);
                if (chosen.Count == 0)
                {
                    error = ErrorRecords.PropertyNotFound(properties, RecordFields.Each(value!).Select(property => property.Key), value);
                    return false;
                }

                text = TextOf(chosen, isOne: chosen.Count == 1 && properties.Count == 1);
            }
            else
            {
                text = TextOf(plain, value, encoding);
            }
        }
        catch (NotJsonException exception)
        {
            error = ErrorRecords.NotJson(exception, value);
            return false;
        }
        catch (CohereException exception)
        {
            error = DocumentInput.ErrorOf(exception, plain is FileInfo document ? document.FullName : plain!.ToString()!);
            return false;
        }
        catch (InvalidDataException)
        {
            error = ErrorRecords.NotATextFile(((FileInfo)plain!).FullName);
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            error = ErrorRecords.FileNotReadable(plain is FileInfo file ? file.FullName : plain!.ToString()!, exception);
            return false;
        }

        error = string.IsNullOrWhiteSpace(text) ? ErrorRecords.EmptyInput(value) : null;
        return error is null;
    }

    private static string TextOf(object? plain, object? value, Encoding? encoding) => plain switch
    {
        null => string.Empty,
        string text => text,
        Embedding embedding => embedding.Text ?? string.Empty,
        EmbeddingMatch match => match.Text ?? string.Empty,
        RerankResult result => TextOf(PowerShellJson.Unwrap(result.Document), result.Document, encoding),
        Classification classification => classification.Text,
        Transcription transcription => transcription.Text,
        ParsedDocument document => document.Text,
        TokenizedText tokenized => tokenized.Text,
        ChatResponse response => response.Text,
        ChatMessage message => message.Text,
        FileInfo file => DocumentInput.ReadText(file, encoding),
        _ when DocumentInput.DocumentIn(plain) is { } document => document.Text,
        _ => TextOf(PowerShellJson.ToElement(value)),
    };

    /// <summary>The text of a JSON value: a plain value as it is, and an object or a list as YAML.</summary>
    public static string TextOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.Number => element.GetRawText(),
        JsonValueKind.True => bool.TrueString,
        JsonValueKind.False => bool.FalseString,
        JsonValueKind.Object when element.EnumerateObject().Any() => YamlOf(element),
        JsonValueKind.Array when element.GetArrayLength() > 0 => YamlOf(element),
        _ => string.Empty,
    };

    // One property with a plain value is used as it is. Otherwise, the text includes names. If several properties are
    // requested, it includes names even for objects that have only one: texts that are compared need the same form.
    private static string TextOf(IReadOnlyList<KeyValuePair<string, object?>> chosen, bool isOne)
    {
        JsonElement all = PowerShellJson.ToElement(AsObject(chosen.Where(property => PowerShellJson.Unwrap(property.Value) is not null)));
        JsonElement[] values = all.EnumerateObject().Select(property => property.Value).ToArray();
        return values.All(value => string.IsNullOrWhiteSpace(TextOf(value))) ? string.Empty
            : isOne && values[0].ValueKind is not (JsonValueKind.Object or JsonValueKind.Array) ? TextOf(values[0])
            : YamlOf(all);
    }

    // The text is shown and stored, so the line break at the end of YAML is removed.
    private static string YamlOf(JsonElement element) => YamlText.From(element).TrimEnd('\n');

    private static PSObject AsObject(IEnumerable<KeyValuePair<string, object?>> properties)
    {
        var result = new PSObject();
        foreach (KeyValuePair<string, object?> property in properties)
        {
            result.Properties.Add(new PSNoteProperty(property.Key, property.Value));
        }

        return result;
    }

    // In the order in which they were specified, like Select-Object, and each one once.
    private static IReadOnlyList<KeyValuePair<string, object?>> Choose(object value, IReadOnlyList<string> names)
    {
        KeyValuePair<string, Func<object?>>[] properties = RecordFields.Each(value).ToArray();
        return names
            .Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase))
            .SelectMany(pattern => properties.Where(property => pattern.IsMatch(property.Key)))
            .GroupBy(property => property.Key, StringComparer.OrdinalIgnoreCase)
            .Select(group => new KeyValuePair<string, object?>(group.Key, group.First().Value()))
            .ToArray();
    }
}
