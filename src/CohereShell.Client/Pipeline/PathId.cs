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

    /// <summary>
    /// The id or the name in the path of an operation: <c>x</c> in <c>/v1/datasets/x</c>; null for operations without one.
    /// A gateway can add to the start of the path.
    /// </summary>
    /// <param name="operation">The operation with the template.</param>
    /// <param name="path">The path.</param>
    public static string? In(Operation operation, string path)
    {
        string[] expected = operation.Path.Split(['/'], StringSplitOptions.RemoveEmptyEntries);
        string[] actual = RawPath.Resolve(path).Split(['/'], StringSplitOptions.RemoveEmptyEntries);
        int place = Array.FindIndex(expected, segment => segment[0] == '{');
        int index = actual.Length - expected.Length + place;
        if (!operation.IsKnown || place < 0 || actual.Length < expected.Length)
        {
            return null;
        }

        // '{id}:cancel' has a verb after the id.
        string suffix = expected[place].Substring(expected[place].IndexOf('}') + 1);
        return actual[index].EndsWith(suffix, StringComparison.OrdinalIgnoreCase) ? actual[index].Substring(0, actual[index].Length - suffix.Length) : actual[index];
    }
}
