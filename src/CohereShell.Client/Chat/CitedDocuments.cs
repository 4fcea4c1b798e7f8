namespace CohereShell;

/// <summary>Links citations to the documents of the conversation, and so to the objects that these were created from.</summary>
internal sealed class CitedDocuments
{
    private readonly Dictionary<string, ChatDocument> _documents = new(StringComparer.Ordinal);

    public CitedDocuments(ChatRequest request)
    {
        // An answer can cite what earlier answers cited. The documents of this request take precedence.
        foreach (CitationSource source in request.Messages.SelectMany(message => message.Citations).SelectMany(citation => citation.Sources))
        {
            Set(source.Id, source.Origin);
        }

        foreach (ChatMessage outcome in request.Messages.Where(message => message.Role == ChatRole.Tool))
        {
            Add(outcome.Content.Select(part => part.Document), outcome.ToolCallId ?? string.Empty);
        }

        Add(request.Documents ?? [], "doc");
    }

    /// <summary>Returns the citation with the documents that it refers to.</summary>
    public Citation Link(Citation citation) => _documents.Count > 0 && citation.Sources.Any(source => DocumentOf(source) is not null)
        ? citation with { Sources = citation.Sources.Select(source => DocumentOf(source) is { } found ? source.With(found) : source).ToArray() }
        : citation;

    // The service numbers documents without an id: doc:0, or the id of the tool call followed by :0.
    private void Add(IEnumerable<ChatDocument?> documents, string name)
    {
        int index = 0;
        foreach (ChatDocument? document in documents)
        {
            Set(document?.Id ?? FormattableString.Invariant($"{name}:{index}"), document);
            index++;
        }
    }

    private void Set(string? id, ChatDocument? document)
    {
        if (id is not null && document is not null)
        {
            _documents[id] = document;
        }
    }

    private ChatDocument? DocumentOf(CitationSource source) => source.Id is { } id && _documents.TryGetValue(id, out ChatDocument? found) ? found : null;
}
