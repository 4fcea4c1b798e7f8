namespace CohereShell;

// Parse responses as the API sends them. Pages are read by ParsedPageReader: a call is paid for, so a type of page or
// block that doesn't exist yet must not make its text unreadable.

internal sealed class WireParsedDocument
{
    public string? Id { get; set; }

    public List<JsonElement>? Pages { get; set; }

    public WireUsage? Meta { get; set; }

    /// <exception cref="JsonException">It has no pages.</exception>
    public ParsedDocument ToDocument(string model, Uri? uri, TimeSpan elapsed)
    {
        List<JsonElement> pages = Pages ?? throw new JsonException("The response doesn't have pages.");
        return new ParsedDocument(pages.Select(ParsedPageReader.Read).OfType<ParsedPage>().ToArray())
        {
            Id = Id ?? string.Empty,
            Model = model,
            Uri = uri,
            Usage = Meta?.ToUsage() ?? Usage.None,
            Elapsed = elapsed,
        };
    }
}
