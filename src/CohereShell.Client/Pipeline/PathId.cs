namespace CohereShell;

/// <summary>Puts ids into paths.</summary>
internal static class PathId
{
    /// <summary>The path of an operation with an id filled in.</summary>
    /// <param name="operation">The operation with the path.</param>
    /// <param name="id">The id.</param>
    /// <param name="noun">What the id identifies, for messages.</param>
    /// <exception cref="ArgumentException">The id is empty, or would lead to another path.</exception>
    public static string Fill(Operation operation, string id, string noun)
    {
        // An id of dots would lead to another path.
        if (string.IsNullOrWhiteSpace(id) || id.Trim('.').Length == 0)
        {
            throw new ArgumentException($"'{id}' isn't a valid id of a {noun}.", nameof(id));
        }

        int open = operation.Path.IndexOf('{');
        int close = operation.Path.IndexOf('}');
        return operation.Path.Substring(0, open) + Uri.EscapeDataString(id) + operation.Path.Substring(close + 1);
    }
}
