using System;
using System.Collections.Generic;
using System.Linq;

namespace CohereShell;

/// <summary>Leads the sources of citations back to the objects that documents of the conversation were made of.</summary>
internal sealed class CitedObjects
{
    private readonly Dictionary<string, object> _objects = new(StringComparer.Ordinal);

    public CitedObjects(ChatRequest request)
    {
        // What earlier answers cited may be cited again; the documents of this request come before it.
        foreach (CitationSource source in request.Messages.SelectMany(message => message.Citations).SelectMany(citation => citation.Sources))
        {
            Set(source.Id, source.InputObject);
        }

        foreach (ChatMessage outcome in request.Messages.Where(message => message.Role == ChatRole.Tool))
        {
            Add(outcome.Content.Select(part => part.Document), outcome.ToolCallId ?? string.Empty);
        }

        Add(request.Documents ?? [], "doc");
    }

    /// <summary>The citation with the objects that it rests on.</summary>
    public Citation Link(Citation citation) => _objects.Count > 0 && citation.Sources.Any(source => ObjectOf(source) is not null)
        ? citation with { Sources = citation.Sources.Select(source => ObjectOf(source) is { } found ? source.With(found) : source).ToArray() }
        : citation;

    // The service calls what has no id by its place: doc:0, or the id of the tool call with :0.
    private void Add(IEnumerable<ChatDocument?> documents, string name)
    {
        int index = 0;
        foreach (ChatDocument? document in documents)
        {
            Set(document?.Id ?? FormattableString.Invariant($"{name}:{index}"), document?.InputObject);
            index++;
        }
    }

    private void Set(string? id, object? inputObject)
    {
        if (id is null)
        {
            return;
        }

        _objects.Remove(id);
        if (inputObject is not null)
        {
            _objects[id] = inputObject;
        }
    }

    private object? ObjectOf(CitationSource source) => source.Id is { } id && _objects.TryGetValue(id, out object? found) ? found : null;
}
