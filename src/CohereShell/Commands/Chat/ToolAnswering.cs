using CohereShell.Errors;
using CohereShell.Tools;

namespace CohereShell.Commands;

/// <summary>
/// Answers the questions of Invoke-CohereChat -InvokeTool. Runs the tools that the model calls until it answers.
/// Questions are answered one after another, because tools run on the pipeline thread.
/// </summary>
internal sealed class ToolAnswering(InvokeCohereChatCommand command, ChatAnswers answers, ToolGate gate)
{
    private readonly InvokeCohereChatCommand _command = command;
    private readonly ChatAnswers _answers = answers;
    private readonly ToolGate _gate = gate;

    /// <summary>Asks a question, and writes the answer or an error.</summary>
    /// <param name="request">The question with the conversation so far.</param>
    /// <param name="target">The target object of errors.</param>
    public void Ask(ChatRequest request, object target) => Ask(request, target, null);

    /// <summary>Asks the question of a row.</summary>
    /// <param name="request">The question.</param>
    /// <param name="row">Takes the answer or the reason of a failure.</param>
    public void Ask(ChatRequest request, ToolTarget row) => Ask(request, row.Target, row);

    private void Ask(ChatRequest request, object target, ToolTarget? row)
    {
        var loop = new ToolLoop(_command, _command.CurrentSession, request.Tools!, _gate, TimeSpan.FromSeconds(_command.ToolTimeoutSec))
        {
            OnStep = _command.Live ? step => LiveText.Show(_command, step) : null,
        };
        bool isStreamed = _command.Stream || _command.Live;
        while (true)
        {
            ChatResponse? response = isStreamed ? _answers.Stream(request, target, loop) : _answers.Send(request, target, loop, row?.Fail);
            if (response is null)
            {
                return;
            }

            if (response.ToolCalls.Count == 0)
            {
                if (row is not null)
                {
                    row.Write(response);
                }
                else if (!isStreamed)
                {
                    _answers.Write(response);
                }

                return;
            }

            if (loop.Rounds >= _command.MaxToolStep)
            {
                ErrorRecord error = ErrorRecords.ToolStepLimit(loop.Rounds, response, row?.Target);
                row?.Fail(error.Exception.Message);
                _command.WriteError(error);
                return;
            }

            try
            {
                IReadOnlyList<ChatMessage> outcomes = loop.Run(response, _command.Ending);
                request = request with
                {
                    Messages = [.. response.History, .. outcomes],
                    // A required tool has now been called. Requiring it again would never end.
                    ToolChoice = request.ToolChoice == ToolChoice.Required ? null : request.ToolChoice,
                };
            }
            catch (CohereException exception)
            {
                row?.Fail(exception.Message);
                _command.WriteFailure(exception, row?.Target ?? response);
                return;
            }

            // From here on, errors have the results so far as their target object, or still the row.
            target = row?.Target ?? response;
        }
    }
}

/// <summary>What takes the answer to a row whose tools are run.</summary>
/// <param name="Target">The row: the target object of errors.</param>
/// <param name="Write">Writes the answer.</param>
/// <param name="Fail">Takes the reason of a failure, before it's written as an error.</param>
internal sealed record ToolTarget(object Target, Action<ChatResponse> Write, Action<string> Fail);
