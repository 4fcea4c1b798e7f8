namespace CohereShell;

/// <summary>Tells folders from files. The system itself says of a folder only that access to the path is denied.</summary>
internal static class Folder
{
    /// <summary>Refuses the path of a folder.</summary>
    /// <exception cref="IOException">The path is a folder.</exception>
    public static void Refuse(string path)
    {
        if (Directory.Exists(path))
        {
            throw Error(path);
        }
    }

    /// <summary>The error about a folder where a file is needed; otherwise, the error of the system.</summary>
    public static Exception Explain(string path, Exception exception) =>
        exception is UnauthorizedAccessException && Directory.Exists(path) ? Error(path) : exception;

    private static IOException Error(string path) => new($"'{HarmlessText.From(path)}' is a folder.");
}
