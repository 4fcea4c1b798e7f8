using System.Text;
using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;

namespace CohereShell.Rows;

/// <summary>
/// Makes a question from each row of the pipeline, for single calls and for batches. Placeholders in the prompt are names
/// of properties: <c>Classify: {Subject}</c>. A prompt without placeholders is followed by the text of the row.
/// </summary>
internal sealed class RowPrompt
{
    private readonly IReadOnlyList<Part> _parts;
    private readonly string[] _names;
    private readonly IReadOnlyList<string>? _properties;
    private readonly Encoding? _encoding;

    /// <param name="prompt">The prompt; null for the text of the row alone.</param>
    /// <param name="properties">The properties that make up the text of a row, with wildcards; null for the whole row.</param>
    /// <param name="encoding">The encoding of text files; null for UTF-8.</param>
    /// <exception cref="InputException">The prompt has a brace without its other half.</exception>
    public RowPrompt(string? prompt, IReadOnlyList<string>? properties, Encoding? encoding)
    {
        _parts = prompt is null ? [] : PartsOf(prompt);
        _names = _parts.Where(part => part.IsName).Select(part => part.Text).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        _properties = properties;
        _encoding = encoding;
    }

    /// <summary>The properties that the placeholders name.</summary>
    public IReadOnlyList<string> Placeholders => _names;

    /// <summary>The question for a row.</summary>
    /// <exception cref="InputException">The row has no text, or lacks a property.</exception>
    public string QuestionFor(object? row)
    {
        string? prompt = _names.Length > 0 ? Fill(row) : _parts.Count > 0 ? string.Concat(_parts.Select(part => part.Text)) : null;
        if (_names.Length > 0 && _properties is null)
        {
            return prompt!;
        }

        if (!RecordText.TryGet(row, _properties, out string text, out ErrorRecord? error, _encoding))
        {
            throw new InputException(error);
        }

        return prompt is null ? text : $"{prompt}\n\n{text}";
    }

    private string Fill(object? row)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in _names)
        {
            if (RecordFields.TryGet(row, name, out object? value))
            {
                values[name] = TextOf(value, row);
            }
        }

        string[] missing = _names.Where(name => !values.ContainsKey(name)).ToArray();
        if (missing.Length > 0)
        {
            throw new InputException(ErrorRecords.PlaceholderNotFound(missing, PowerShellJson.Unwrap(row) is null ? [] : RecordFields.Each(row!).Select(field => field.Key), row));
        }

        // Like an empty line of a file: the prompt alone is the same for each row.
        return values.Values.All(string.IsNullOrWhiteSpace)
            ? throw new InputException(ErrorRecords.EmptyRow(_names, row))
            : string.Concat(_parts.Select(part => part.IsName ? values[part.Text] : part.Text));
    }

    private static string TextOf(object? value, object? row)
    {
        if (PowerShellJson.Unwrap(value) is FileSystemInfo file)
        {
            return file.FullName;
        }

        try
        {
            JsonElement element = PowerShellJson.ToElement(value);
            return element.ValueKind == JsonValueKind.Array && element.EnumerateArray().All(item => item.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
                ? string.Join(", ", element.EnumerateArray().Select(RecordText.TextOf))
                : RecordText.TextOf(element);
        }
        catch (NotJsonException exception)
        {
            throw new InputException(ErrorRecords.NotJson(exception, row));
        }
    }

    private static List<Part> PartsOf(string prompt)
    {
        var parts = new List<Part>();
        var text = new StringBuilder();
        for (int index = 0; index < prompt.Length; index++)
        {
            char character = prompt[index];
            if (character is not ('{' or '}'))
            {
                text.Append(character);
            }
            else if (index + 1 < prompt.Length && prompt[index + 1] == character)
            {
                text.Append(character);
                index++;
            }
            else
            {
                int end = character == '{' ? prompt.IndexOfAny(['{', '}'], index + 1) : -1;
                string name = end < 0 || prompt[end] == '{' ? string.Empty : prompt.Substring(index + 1, end - index - 1).Trim();
                if (name.Length == 0)
                {
                    throw new InputException(ErrorRecords.BraceNotClosed(prompt, index));
                }

                parts.Add(new Part(text.ToString(), IsName: false));
                parts.Add(new Part(name, IsName: true));
                text.Clear();
                index = end;
            }
        }

        parts.Add(new Part(text.ToString(), IsName: false));
        return parts;
    }

    private readonly record struct Part(string Text, bool IsName);
}
