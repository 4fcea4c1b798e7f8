namespace CohereShell.Commands;

/// <summary>An image to parse.</summary>
/// <param name="Index">The position among all inputs.</param>
/// <param name="Target">The target object of errors: the path or the address.</param>
/// <param name="Path">The file; null for an address.</param>
/// <param name="OutPath">The file to write; null for an object as output.</param>
internal sealed record ParseInput(long Index, object Target, string? Path, string? OutPath)
{
    /// <summary>What identifies the image in a file of results: the path or the address.</summary>
    public string Id { get; init; } = string.Empty;
}
