using System.Collections;

namespace CohereShell;

/// <summary>A source of an answer, under the number that the answer's text gives it.</summary>
internal sealed class CitedSource
{
    private static readonly string[] TitleNames = ["title", "name", "subject", "headline", "file", "filename"];
    private static readonly string[] TextNames = ["text", "snippet", "content", "passage"];
    private static readonly string[] AddressNames = ["url", "uri", "link", "href", "source"];

    private readonly CitationSource _source;
    private readonly IReadOnlyList<ToolCall> _calls;
    private readonly IDictionary? _fields;

    public CitedSource(int number, CitationSource source, IReadOnlyList<ToolCall> calls)
    {
        Number = number;
        _source = source;
        _calls = calls;
        _fields = source.Document ?? source.ToolOutput;
    }

    public int Number { get; }

    /// <summary>What the answer takes from it, each passage once.</summary>
    public List<string> Passages { get; } = [];

    /// <summary>What a person calls it: its title, the tool that was called, else its id.</summary>
    public string Title => TextIn(TitleNames) ?? ToolName ?? _source.ToString();

    /// <summary>How its text begins, where nothing else tells one source from another than a number.</summary>
    public string? Excerpt => TextIn(TitleNames) is null && ToolName is null ? TextIn(TextNames) : null;

    /// <summary>The id, where it says more than the title.</summary>
    public string? Id => _source.Id is { Length: > 0 } id && id != Title ? id : null;

    /// <summary>A web address.</summary>
    public Uri? Address => TextIn(AddressNames, IsAddress) is { } text ? new Uri(text) : null;

    /// <summary>The file that the user gave.</summary>
    public string? Path => _source.Origin?.Path;

    private string? ToolName => _source.Type == "tool" && _source.Id is { } id
        ? _calls.FirstOrDefault(call => call.Id.Length > 0 && (id == call.Id || id.StartsWith(call.Id + ":", StringComparison.Ordinal)))?.Name
        : null;

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);

    private string? TextIn(IEnumerable<string> names, Func<string, bool>? isFit = null) => _fields is null
        ? null
        : names
            .SelectMany(name => _fields.Keys.Cast<string>().Where(key => string.Equals(key, name, StringComparison.OrdinalIgnoreCase)))
            .Select(key => _fields[key] as string)
            .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text) && isFit?.Invoke(text!) != false);
}
