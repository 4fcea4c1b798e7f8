namespace CohereShell.Input;

/// <summary>An object of the pipeline with the text that is sent for it.</summary>
/// <param name="Index">The position of the object in the input.</param>
/// <param name="Source">The object.</param>
/// <param name="Text">The text.</param>
internal sealed record TextRecord(long Index, object? Source, string Text);
