using CohereShell.Input;
using CohereShell.Json;

namespace CohereShell.Rows;

/// <summary>The id of a row: the text of one of its properties.</summary>
internal static class RowId
{
    /// <summary>Gets the id of a row.</summary>
    /// <param name="row">The row, with or without PowerShell's wrapper.</param>
    /// <param name="property">The name of the property.</param>
    /// <param name="id">The id.</param>
    /// <returns>False if the row has no value in the property.</returns>
    public static bool TryGet(object? row, string property, out string id)
    {
        id = string.Empty;
        // A text isn't a row, although it has a length.
        return PowerShellJson.Unwrap(row) is not (null or string)
            && RecordFields.TryGet(row, property, out object? value)
            && RecordText.TryGet(value, null, out id, out _);
    }
}
