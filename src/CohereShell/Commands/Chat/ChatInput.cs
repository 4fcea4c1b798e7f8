using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;

namespace CohereShell.Commands;

/// <summary>The pipeline input of Invoke-CohereChat: questions or, with -Message, what the question is about.</summary>
/// <param name="command">The command.</param>
/// <param name="images">The images that are sent with each question.</param>
/// <param name="ask">Asks a question. Its arguments are the conversation so far, the question, and the target object of errors.</param>
internal sealed class ChatInput(InvokeCohereChatCommand command, ChatContent[] images, Action<IReadOnlyList<ChatMessage>, ChatMessage, object> ask)
{
    private readonly InvokeCohereChatCommand _command = command;
    private readonly ChatContent[] _images = images;
    private readonly Action<IReadOnlyList<ChatMessage>, ChatMessage, object> _ask = ask;
    private readonly List<(IReadOnlyList<ChatMessage> History, object Target)> _continued = [];
    private readonly List<ChatMessage> _history = [];
    private readonly List<ChatMessage> _toolOutcomes = [];

    /// <summary>Whether the pipeline contained a conversation to continue. Documents are counted by the command.</summary>
    public bool HasConversation => _continued.Count > 0 || _history.Count > 0;

    /// <summary>Asks a record as a question, or keeps it for the question.</summary>
    public void Take(object? record)
    {
        object? input;
        try
        {
            input = Restored(PowerShellJson.Unwrap(record));
        }
        catch (ArgumentTransformationMetadataException exception)
        {
            _command.WriteError(ErrorRecords.InvalidValue(exception.Message, "Make the copy again as the message says.", record, exception));
            return;
        }

        if (_command.Message is null)
        {
            AskAbout(input);
        }
        else
        {
            Collect(input, record);
        }
    }

    /// <summary>Asks the questions that had to wait for the end of the input.</summary>
    public void Complete()
    {
        if (_command.Message is { } message)
        {
            AskCollected(message);
        }

        if (_command.AsksWithHistory)
        {
            ChatMessage end = _command.History[_command.History.Length - 1];
            _ask([.. _command.History.Take(_command.History.Length - 1)], end, end);
        }

        if (_toolOutcomes.Count > 0)
        {
            ChatMessage last = _toolOutcomes[_toolOutcomes.Count - 1];
            _ask([.. _command.History, .. _toolOutcomes.Take(_toolOutcomes.Count - 1)], last, last);
        }
    }

    // Copies from jobs and files are used as what they were made from. An answer stays, as the target of errors.
    private static object? Restored(object? input)
    {
        IReadOnlyList<ChatMessage>? messages = ConversationCopies.MessagesOf(input);
        return messages is null || ConversationCopies.IsAnswer(input) ? input
            : messages.Count == 1 ? messages[0]
            : new ChatConversation(messages);
    }

    // Without -Message, each record is a question.
    private void AskAbout(object? input)
    {
        switch (input)
        {
            case string text when !string.IsNullOrWhiteSpace(text):
                _ask(_command.History, QuestionOf(text), text);
                break;
            case null or string:
                _command.WriteError(ErrorRecords.EmptyInput(input));
                break;
            case ChatMessage { Role: ChatRole.User } message:
                _ask(_command.History, message, message);
                break;
            case ChatMessage { Role: ChatRole.Tool } outcome:
                // The model may have called several tools. Their results are sent back together.
                _toolOutcomes.Add(outcome);
                break;
            case ChatMessage message:
                _command.WriteError(ErrorRecords.NotAQuestion(message));
                break;
            default:
                _command.WriteError(ErrorRecords.NotAMessage(input));
                break;
        }
    }

    // With -Message, the records are what the question is about.
    private void Collect(object? input, object? record)
    {
        switch (input)
        {
            case null:
                break;
            case ChatResponse response:
                _continued.Add((response.History, response));
                break;
            case PSObject answer when ConversationCopies.IsAnswer(answer):
                _continued.Add((ConversationCopies.MessagesOf(answer)!, answer));
                break;
            case ChatMessage message:
                _history.Add(message);
                break;
            case ChatConversation conversation:
                _history.AddRange(conversation.Messages);
                break;
            case string text when string.IsNullOrWhiteSpace(text):
                // Empty lines of a file are skipped.
                break;
            default:
                _command.CollectDocument(record);
                break;
        }
    }

    private void AskCollected(string message)
    {
        ChatMessage question = QuestionOf(message);
        if (_continued.Count == 0)
        {
            _ask([.. _command.History, .. _history], question, message);
        }

        foreach ((IReadOnlyList<ChatMessage> history, object target) in _continued)
        {
            _ask([.. _command.History, .. history, .. _history], question, target);
        }
    }

    /// <summary>A question with the images of the command.</summary>
    public ChatMessage QuestionOf(string text) => new(ChatRole.User, [ChatContent.FromText(text), .. _images]);
}
