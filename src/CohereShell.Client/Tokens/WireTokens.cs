namespace CohereShell;

// Tokenize and detokenize requests and responses as the API defines them.

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
