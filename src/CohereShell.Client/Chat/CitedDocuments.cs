namespace CohereShell;

/// <summary>Leads the sources of citations back to the documents of the conversation, and so to what these were made of.</summary>
internal sealed class CitedDocuments
{
    private readonly Dictionary<string, ChatDocument> _documents = new(StringComparer.Ordinal);

    public CitedDocuments(ChatRequest request)
    {
        // What earlier answers cited may be cited again; the documents of this request come before it.
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

    /// <summary>The citation with the documents that it rests on.</summary>
    public Citation Link(Citation citation) => _documents.Count > 0 && citation.Sources.Any(source => DocumentOf(source) is not null)
        ? citation with { Sources = citation.Sources.Select(source => DocumentOf(source) is { } found ? source.With(found) : source).ToArray() }
        : citation;

    // The service calls what has no id by its place: doc:0, or the id of the tool call with :0.
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
