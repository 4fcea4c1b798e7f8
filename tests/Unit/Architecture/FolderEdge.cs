namespace CohereShell.Tests.Architecture;

/// <summary>One folder uses another.</summary>
/// <param name="From">The folder that uses.</param>
/// <param name="To">The folder that is used.</param>
/// <param name="Count">The number of references.</param>
/// <param name="Example">The first of the references: file, line and type.</param>
internal sealed record FolderEdge(string From, string To, int Count, string Example)
{
    public override string ToString() => $"{From} → {To} ({Count}): {Example}";
}
