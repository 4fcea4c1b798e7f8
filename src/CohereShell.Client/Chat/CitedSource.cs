using System.Collections;

namespace CohereShell;

/// <summary>A source of an answer, with its number in the answer's text.</summary>
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

    /// <summary>The passages of the answer that cite the source, each once.</summary>
    public List<string> Passages { get; } = [];

    /// <summary>A readable name: the title, or the tool that was called, or the id.</summary>
    public string Title => TextIn(TitleNames) ?? ToolName ?? _source.ToString();

    /// <summary>The start of the text, if the source has neither a title nor a tool name.</summary>
    public string? Excerpt => TextIn(TitleNames) is null && ToolName is null ? TextIn(TextNames) : null;

    /// <summary>The id, if it differs from the title.</summary>
    public string? Id => _source.Id is { Length: > 0 } id && id != Title ? id : null;

    /// <summary>The web address.</summary>
    public Uri? Address => TextIn(AddressNames, IsAddress) is { } text ? new Uri(text) : null;

    /// <summary>The file that the user specified.</summary>
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
