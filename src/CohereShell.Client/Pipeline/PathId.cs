namespace CohereShell;

/// <summary>Ids that become a part of a path.</summary>
internal static class PathId
{
    /// <summary>A path with an id in its place.</summary>
    /// <param name="operation">The operation with the path.</param>
    /// <param name="id">The id.</param>
    /// <param name="noun">What it is the id of.</param>
    /// <exception cref="ArgumentException">It is empty, or would climb to another path.</exception>
    public static string Fill(Operation operation, string id, string noun)
    {
        // Dots alone would climb to another path.
        if (string.IsNullOrWhiteSpace(id) || id.Trim('.').Length == 0)
        {
            throw new ArgumentException($"'{id}' is no id of a {noun}.", nameof(id));
        }

        int open = operation.Path.IndexOf('{');
        int close = operation.Path.IndexOf('}');
        return operation.Path.Substring(0, open) + Uri.EscapeDataString(id) + operation.Path.Substring(close + 1);
    }
}
