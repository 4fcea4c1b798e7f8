namespace CohereShell;

// What tokenize and detokenize are asked and answer, in the shape of the wire.

internal sealed record WireTokenizeRequest(string Text, string Model);

internal sealed class WireTokenizeResponse
{
    public List<int>? Tokens { get; set; }

    public List<string>? TokenStrings { get; set; }

    public WireUsage? Meta { get; set; }
}

internal sealed record WireDetokenizeRequest(IReadOnlyList<int> Tokens, string Model);

internal sealed class WireDetokenizeResponse
{
    public string? Text { get; set; }

    public WireUsage? Meta { get; set; }
}
