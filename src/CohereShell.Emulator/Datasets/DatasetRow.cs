namespace CohereShell.Emulation;

/// <summary>A row of an uploaded file.</summary>
/// <param name="Line">The line where it begins, from 1.</param>
/// <param name="Value">The row; undefined where it cannot be read.</param>
/// <param name="Error">What is wrong with it; null for nothing.</param>
internal readonly record struct DatasetRow(int Line, JsonElement Value, string? Error);
