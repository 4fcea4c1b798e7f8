using System.Globalization;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Warns once if a request fills a large part of the context of its model: it's slow, and each token costs money.</summary>
internal sealed class PromptLength(CohereApiCommand command)
{
    private const int Part = 4;

    private readonly CohereApiCommand _command = command;
    private IReadOnlyList<ChatDocument>? _documents;
    private long _documentLength;
    private bool _isWarned;

    /// <summary>Checks a request before it's sent.</summary>
    public void Check(ChatRequest request)
    {
        string model = request.Model ?? _command.CurrentSession.ChatModel;
        if (_isWarned || _command.CurrentSession.SeenModels.ContextOf(model) is not { } context)
        {
            return;
        }

        long tokens = LengthOf(request) / TokenEstimate.CharactersPerToken;
        if (tokens > context / Part)
        {
            _isWarned = true;
            _command.WriteWarning(string.Format(
                CultureInfo.InvariantCulture,
                "The request has about {0:N0} tokens, which is more than a quarter of the context of {1} ({2:N0} tokens). {3}",
                tokens,
                model,
                context,
                request.Documents is { Count: > 1 } ? "To send only the documents that matter, choose them with Invoke-CohereRerank." : "Long requests are slow, and each token is billed."));
        }
    }

    private long LengthOf(ChatRequest request)
    {
        // All questions of a command have the same documents.
        if (!ReferenceEquals(_documents, request.Documents))
        {
            _documents = request.Documents;
            _documentLength = _documents?.Sum(document => (long)(document.Text?.Length ?? document.Data.GetRawText().Length)) ?? 0;
        }

        return _documentLength + request.Messages.Sum(message => message.Content.Sum(part => (long)(part.Text?.Length ?? part.Document?.Text?.Length ?? 0)));
    }
}
