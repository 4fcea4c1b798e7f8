namespace CohereShell.Emulation;

/// <summary>A row of an uploaded file.</summary>
/// <param name="Line">The line where the row begins, counted from 1.</param>
/// <param name="Value">The row. Undefined if it can't be read.</param>
/// <param name="Error">The error. Null if the row is valid.</param>
internal readonly record struct DatasetRow(int Line, JsonElement Value, string? Error);
