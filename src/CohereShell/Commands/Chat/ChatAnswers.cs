using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Json;
using CohereShell.Tools;

namespace CohereShell.Commands;

/// <summary>Gets the answers of Invoke-CohereChat and writes them in the form that its parameters request.</summary>
internal sealed class ChatAnswers(InvokeCohereChatCommand command)
{
    private readonly InvokeCohereChatCommand _command = command;

    /// <summary>Gets a complete answer in a tool loop. Returns null after a failure, which is written as an error.</summary>
    /// <param name="request">The question with the conversation so far.</param>
    /// <param name="target">The target object of errors.</param>
    /// <param name="loop">The tool loop.</param>
    /// <param name="onFailure">Takes the reason of a failure.</param>
    public ChatResponse? Send(ChatRequest request, object target, ToolLoop loop, Action<string>? onFailure)
    {
        try
        {
            ChatResponse response = _command.Run(token => _command.Client.Chat.SendAsync(request, _command.Options, token));
            loop.Complete(response);
            return response;
        }
        catch (CohereException exception)
        {
            if (exception is not PlannedCallException)
            {
                onFailure?.Invoke(exception.Message);
            }

            _command.WriteFailure(exception, target);
            return null;
        }
    }

    /// <summary>Writes a complete answer: the answer itself, or its JSON as an object.</summary>
    public void Write(ChatResponse response)
    {
        WarnOfTruncation(response);
        Write(response, row: null);
    }

    /// <summary>Writes the answer to a row, or to another question.</summary>
    public void Write(ChatResponse response, ChatRow? row)
    {
        if (!_command.AsObject && !_command.AsHashtable)
        {
            _command.Items?.Add(_command);
            _command.WriteObject(response);
            return;
        }

        object? value;
        try
        {
            using JsonDocument document = JsonText.Parse(FencedJson.Unwrap(response.Text));
            value = PowerShellObjects.FromJson(document.RootElement, _command.AsHashtable);
        }
        catch (JsonException exception)
        {
            _command.WriteError(row is null ? ErrorRecords.AnswerNotJson(exception, response) : ErrorRecords.RowAnswerNotJson(exception, response, row.Source));
            return;
        }

        _command.Items?.Add(_command);
        _command.WriteObject(value, enumerateCollection: !_command.AsHashtable);
    }

    /// <summary>Writes an answer as it arrives. Returns null after a failure, which is written as an error.</summary>
    public ChatResponse? Stream(ChatRequest request, object target, ToolLoop? loop = null)
    {
        ChatResponse? whole = null;
        try
        {
            IEnumerable<IReadOnlyList<ChatStreamEvent>> batches = _command.Pull(token => _command.Client.Chat.StreamBatchesAsync(request, _command.Options, token));
            foreach (ChatStreamEvent item in batches.SelectMany(batch => batch))
            {
                if (item.Response is not null)
                {
                    loop?.Complete(item.Response);
                    whole = item.Response;
                }

                if (_command.Stream)
                {
                    _command.WriteObject(item);
                }
                else
                {
                    LiveText.Show(_command, item);
                }

                if (item.Response is { } response)
                {
                    WarnOfTruncation(response);
                    if (_command.Live && (loop is null || response.ToolCalls.Count == 0))
                    {
                        _command.WriteObject(LiveText.AlreadyShown(response));
                    }
                }
            }
        }
        catch (CohereException exception)
        {
            if (_command.Live && exception is not PlannedCallException)
            {
                LiveText.End(_command);
            }

            _command.WriteFailure(exception, target);
            return null;
        }

        return whole;
    }

    /// <summary>Warns if the answer was cut off.</summary>
    public void WarnOfTruncation(ChatResponse response)
    {
        if (response.FinishReason == ChatFinishReason.MaxTokens)
        {
            _command.WriteInputWarning($"The answer was cut off after {response.Usage.OutputTokens} tokens. Increase -MaxTokens, or ask for less.");
        }
    }
}
