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
    public void Ask(ChatRequest request, object target)
    {
        var loop = new ToolLoop(_command, _command.CurrentSession, request.Tools!, _gate, TimeSpan.FromSeconds(_command.ToolTimeoutSec))
        {
            OnStep = _command.Live ? step => LiveText.Show(_command, step) : null,
        };
        bool isStreamed = _command.Stream || _command.Live;
        while (true)
        {
            ChatResponse? response = isStreamed ? _answers.Stream(request, target, loop) : _answers.Send(request, target, loop);
            if (response is null)
            {
                return;
            }

            if (response.ToolCalls.Count == 0)
            {
                if (!isStreamed)
                {
                    _answers.Write(response);
                }

                return;
            }

            if (loop.Rounds >= _command.MaxToolStep)
            {
                _command.WriteError(ErrorRecords.ToolStepLimit(loop.Rounds, response));
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
                _command.WriteFailure(exception, response);
                return;
            }

            // From here on, errors have the results so far as their target object.
            target = response;
        }
    }
}
