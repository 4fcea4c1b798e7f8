using System.Collections;
using System.Text;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;

namespace CohereShell.Commands;

/// <summary>Reads examples in all supported forms, and checks the API's rules for them before a call is made.</summary>
internal static class ClassifyExamples
{
    private const string Action = "Specify objects or hashtables with text and label, one hashtable of labels and their texts, or the path of a CSV file with the columns text and label.";

    public static IReadOnlyList<ClassifyExample> Read(PSCmdlet command, IEnumerable<object> values, Encoding? encoding)
    {
        ClassifyExample[] examples = values.SelectMany(TableData.Each).SelectMany(value => From(command, value, encoding)).ToArray();
        if (Problem(examples) is var (message, action))
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue(message, action, examples));
        }

        return examples;
    }

    private static (string Message, string Action)? Problem(ClassifyExample[] examples)
    {
        string[] lonely = examples.GroupBy(example => example.Label, StringComparer.Ordinal)
            .Where(label => label.Count() < ClassifyRequest.MinExamplesPerLabel)
            .Select(label => $"'{label.Key}'")
            .ToArray();
        return examples.Length > ClassifyRequest.MaxExamples ? ($"There are {examples.Length} examples. The maximum is {ClassifyRequest.MaxExamples}.", "Leave out some of the examples.")
            : lonely.Length > 0 ? ($"Each label requires at least {ClassifyRequest.MinExamplesPerLabel} examples. These labels have too few: {string.Join(", ", lonely)}.", "Add examples of these labels, or leave the labels out.")
            : examples.Select(example => example.Label).Distinct(StringComparer.Ordinal).Count() < 2 ? ("The examples have fewer than two labels.", "Add examples of another label.")
            : null;
    }

    private static IEnumerable<ClassifyExample> From(PSCmdlet command, object? value, Encoding? encoding) => PowerShellJson.Unwrap(value) switch
    {
        ClassifyExample example => [example],
        string path => FromFile(command, path, encoding),
        FileInfo file => FromFile(command, file.FullName, encoding),
        IDictionary dictionary when !IsExample(dictionary) => FromLabels(command, dictionary),
        IDictionary dictionary => [Create(command, dictionary["text"], dictionary["label"], value)],
        null => [Create(command, null, null, value)],
        _ => [Create(command, PropertyOf(value, "text"), PropertyOf(value, "label"), value)],
    };

    private static bool IsExample(IDictionary dictionary) => dictionary.Contains("text") && dictionary.Contains("label");

    private static object? PropertyOf(object? value, string name) => PSObject.AsPSObject(value!).Properties[name]?.Value;

    // { label = text, text, … }
    private static IEnumerable<ClassifyExample> FromLabels(PSCmdlet command, IDictionary labels) =>
        labels.Cast<DictionaryEntry>().SelectMany(entry => TextsOf(entry.Value).Select(text => Create(command, text, entry.Key, labels)));

    private static IEnumerable<object?> TextsOf(object? value) =>
        PowerShellJson.Unwrap(value) is IEnumerable list and not string ? list.Cast<object?>() : [value];

    private static IEnumerable<ClassifyExample> FromFile(PSCmdlet command, string path, Encoding? encoding)
    {
        string resolved = command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);
        if (!File.Exists(resolved))
        {
            command.ThrowTerminatingError(ErrorRecords.FileNotReadable(path, new FileNotFoundException($"The examples can't be read: the file '{resolved}' doesn't exist.", resolved)));
        }

        try
        {
            // ConvertFrom-Csv handles all kinds of quoting.
            string text = TextFile.Read(new FileInfo(resolved), encoding);
            return command.InvokeCommand.InvokeScript(@"Microsoft.PowerShell.Utility\ConvertFrom-Csv -InputObject $args[0] -ErrorAction Stop", text)
                .Select(row => Create(command, row.Properties["text"]?.Value, row.Properties["label"]?.Value, row))
                .ToArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException || exception is RuntimeException and not PipelineStoppedException)
        {
            command.ThrowTerminatingError(ErrorRecords.FileNotReadable(path, exception));
            throw;
        }
    }

    private static ClassifyExample Create(PSCmdlet command, object? text, object? label, object? target)
    {
        if (PowerShellJson.Unwrap(text) is not string { Length: > 0 } foundText
            || LanguagePrimitives.ConvertTo<string>(label) is not { Length: > 0 } foundLabel
            || string.IsNullOrWhiteSpace(foundText)
            || string.IsNullOrWhiteSpace(foundLabel))
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue("An example has no text or no label.", Action, target));
            throw new InvalidOperationException();
        }

        return new ClassifyExample(foundText, foundLabel);
    }
}
