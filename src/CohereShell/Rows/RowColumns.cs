using System.Collections;
using System.Xml;
using CohereShell.Input;
using CohereShell.Json;

namespace CohereShell.Rows;

/// <summary>The columns of a row: what -Merge copies.</summary>
internal static class RowColumns
{
    /// <summary>The name of the only column of a text, a number or a date.</summary>
    private const string Value = "Value";

    // Without the folder, a file can't be found again.
    private static readonly string[] FileColumns = [nameof(FileInfo.Name), nameof(FileInfo.FullName), nameof(FileInfo.Length), nameof(FileInfo.LastWriteTime)];

    // Notes that providers add to each item.
    private static readonly string[] ProviderNotes = ["PSPath", "PSParentPath", "PSChildName", "PSDrive", "PSProvider", "PSIsContainer", "UnixStat"];

    /// <summary>The names and values of a row, in order. Each name is there once, whatever its case.</summary>
    /// <param name="row">The row, with or without PowerShell's wrapper.</param>
    /// <param name="named">
    /// Properties that the user has named. Other .NET objects than rows, such as files and processes, have only these and
    /// the ones that Format-List shows: all of their properties would be hundreds, and some take seconds.
    /// </param>
    public static IReadOnlyList<KeyValuePair<string, object?>> Of(object? row, IReadOnlyList<string> named)
    {
        object? plain = PowerShellJson.Unwrap(row);
        if (plain is null || IsValue(plain))
        {
            return [new KeyValuePair<string, object?>(Value, plain)];
        }

        IEnumerable<KeyValuePair<string, Func<object?>>> fields = RecordFields.Each(row!);
        if (plain is not (PSObject or IDictionary or XmlNode) && TableData.ColumnsOf(plain) is null && ShownNames(row!) is { } shown)
        {
            string[] names = [.. shown, .. NotesOf(row!), .. named];
            fields = fields.Where(field => names.Contains(field.Key, StringComparer.OrdinalIgnoreCase))
                .OrderBy(field => Array.FindIndex(names, name => string.Equals(name, field.Key, StringComparison.OrdinalIgnoreCase)));
        }

        return fields
            .GroupBy(field => field.Key, StringComparer.OrdinalIgnoreCase)
            .Select(group => new KeyValuePair<string, object?>(group.Key, group.First().Value()))
            .ToArray();
    }

    // Must test PSObject first: the wrapper of a script object is IFormattable too.
    private static bool IsValue(object plain) => plain is not PSObject && plain is string or bool or char or Enum or IFormattable;

    private static IReadOnlyCollection<string>? ShownNames(object row) => PowerShellJson.Unwrap(row) is FileInfo ? FileColumns
        : PSObject.AsPSObject(row).Members["PSStandardMembers"]?.Value is PSMemberSet standard && standard.Members["DefaultDisplayPropertySet"] is PSPropertySet shown
            ? shown.ReferencedPropertyNames
            : null;

    // Properties that the user has added to the object. Those that PowerShell adds to a type aren't of the instance.
    private static IEnumerable<string> NotesOf(object row) =>
        PSObject.AsPSObject(row).Properties.OfType<PSNoteProperty>().Where(note => note.IsInstance).Select(note => note.Name).Where(name => !ProviderNotes.Contains(name, StringComparer.OrdinalIgnoreCase));
}
