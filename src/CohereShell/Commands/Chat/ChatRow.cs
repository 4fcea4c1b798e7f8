using System.Text.Json;

namespace CohereShell.Commands;

/// <summary>A row of the pipeline, which Invoke-CohereChat asks as one question.</summary>
/// <param name="Index">The position of the row in the input.</param>
/// <param name="Source">The row as it was piped: the target object of errors.</param>
internal sealed record ChatRow(long Index, object? Source)
{
    /// <summary>The id of the row; null without -IdProperty.</summary>
    public string? Id { get; init; }

    /// <summary>What the output and the file contain before the answer.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Columns { get; init; } = [];

    /// <summary>The same as JSON, read on the pipeline thread: properties of a row can be scripts.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> FileColumns { get; init; } = [];
}

/// <summary>The answer to a row, or the reason why there isn't one.</summary>
internal sealed record ChatRowAnswer
{
    public ChatResponse? Response { get; init; }

    /// <summary>What the answer adds to the columns of the row; null if the answer can't be used.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonElement>>? Columns { get; init; }

    /// <summary>The reason why the row has no answer, or why the answer can't be used.</summary>
    public ErrorRecord? Error { get; init; }

    /// <summary>The reason why the row couldn't be written to the file.</summary>
    public Exception? WriteProblem { get; init; }
}
