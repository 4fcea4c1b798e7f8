using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;
using CohereShell.Rows;

namespace CohereShell.Commands;

/// <summary>
/// The rows of Invoke-CohereChat -Prompt and -Property: each one is a question, and its answer says which row it belongs to.
/// </summary>
internal sealed class ChatRows
{
    private readonly InvokeCohereChatCommand _command;
    private readonly RowPrompt _prompt;
    private readonly ChatAnswers _answers;
    private readonly Func<string, ChatRequest> _requestFor;
    private readonly Action<ChatRequest, ToolTarget>? _askWithTools;
    private readonly OrderedCalls<ChatRow, ChatRowAnswer> _calls;
    private readonly ItemProgress _progress = new("Answering", "answered", isSlow: true);
    private readonly AnswerColumns? _columns;
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly string[] _named;
    private long _count;

    /// <param name="command">The command.</param>
    /// <param name="answers">Writes answers.</param>
    /// <param name="schema">The schema of the answers, if there is one.</param>
    /// <param name="requestFor">Makes the request for a question.</param>
    /// <param name="askWithTools">Asks a question whose tools are run; null to ask without running tools.</param>
    /// <exception cref="InputException">The prompt isn't valid.</exception>
    public ChatRows(InvokeCohereChatCommand command, ChatAnswers answers, JsonElement? schema, Func<string, ChatRequest> requestFor, Action<ChatRequest, ToolTarget>? askWithTools)
    {
        _command = command;
        _answers = answers;
        _requestFor = requestFor;
        _askWithTools = askWithTools;
        _prompt = new RowPrompt(command.Prompt, command.Property, command.Encoding);
        _calls = new(command, command.ThrottleLimit, Write, (row, failure) => WriteFailure(row, failure));
        _columns = command.Merge ? new AnswerColumns(command.OutputProperty, command.Json || command.JsonSchema is not null, schema, command.IncludeFailed) : null;
        _named = [.. command.IdProperty is { } id ? [id] : (string[])[], .. _prompt.Placeholders, .. command.Property ?? []];
    }

    /// <summary>Asks a row.</summary>
    public void Take(object? value)
    {
        var row = new ChatRow(_count++, value);
        try
        {
            row = Read(row);
            Ask(row, _requestFor(_prompt.QuestionFor(value)));
        }
        catch (InputException exception)
        {
            // In its place: its error is written after the answers before it.
            _calls.Begin(row, _ => Task.FromResult(new ChatRowAnswer { Error = exception.Error }));
            _calls.MakeRoom();
        }
    }

    /// <summary>Waits for all answers and writes them.</summary>
    public void Complete()
    {
        _calls.Complete();
        _progress.Complete(_command);
    }

    private void Ask(ChatRow row, ChatRequest request)
    {
        if (_askWithTools is null)
        {
            CohereClient client = _command.Client;
            RequestOptions options = _command.Options;
            _calls.Begin(row, async token => Complete(row, await client.Chat.SendAsync(request, options, token).ConfigureAwait(false)));
            // After the call and not before the next one: if no other call is in flight, its answer is written before
            // the next row is read.
            _calls.MakeRoom();
            return;
        }

        _calls.Complete();
        string? failure = null;
        _askWithTools(request, new ToolTarget(row.Source!, response => Write(row, Complete(row, response)), message => failure = message));
        if (failure is not null)
        {
            WriteFailed(row, failure);
        }
    }

    private ChatRow Read(ChatRow row)
    {
        if (_command.IdProperty is { } property)
        {
            string id = RowId.TryGet(row.Source, property, out string found) ? found : throw new InputException(ErrorRecords.RowWithoutId(property, row.Source));
            if (!_ids.Add(id))
            {
                throw new InputException(ErrorRecords.DuplicateId(id, row.Source));
            }

            row = row with { Id = id };
        }

        if (_columns is null)
        {
            return row;
        }

        row = row with { Columns = RowColumns.Of(row.Source, _named) };
        if (_columns.ClashesWith(row.Columns) is { Length: > 0 } clashes)
        {
            ErrorRecord error = ErrorRecords.PropertyExists(clashes, isSent: false, row.Source);
            if (row.Index == 0)
            {
                // The rows of a table have the same columns: one error says it for all of them.
                _command.ThrowTerminatingError(error);
            }

            throw new InputException(error);
        }

        return row;
    }

    /// <summary>Reads the answer to a row. It doesn't need the pipeline thread.</summary>
    private ChatRowAnswer Complete(ChatRow row, ChatResponse response)
    {
        response.InputObject = row.Source;
        response.Index = row.Index;
        response.Id = row.Id ?? response.Id;
        if (_columns is null)
        {
            return new ChatRowAnswer { Response = response };
        }

        try
        {
            IReadOnlyList<KeyValuePair<string, JsonElement>> columns = _columns.Of(response);
            string[] clashes = columns.Select(column => column.Key).Where(name => row.Columns.Any(other => string.Equals(other.Key, name, StringComparison.OrdinalIgnoreCase))).ToArray();
            return clashes.Length > 0
                ? new ChatRowAnswer { Response = response, Error = ErrorRecords.PropertyExists(clashes, isSent: true, row.Source) }
                : new ChatRowAnswer { Response = response, Columns = columns };
        }
        catch (JsonException exception)
        {
            return new ChatRowAnswer { Response = response, Error = ErrorRecords.RowAnswerNotJson(exception, response, row.Source) };
        }
    }

    private void Write(ChatRow row, ChatRowAnswer answer)
    {
        _progress.Add(_command);
        if (answer.Response is { } response)
        {
            _answers.WarnOfTruncation(response);
        }

        if (answer.Error is { } error)
        {
            _command.WriteError(error);
            WriteFailed(row, error.Exception.Message);
        }
        else if (_columns is null)
        {
            _answers.Write(answer.Response!, row);
        }
        else
        {
            WriteMerged(row, answer.Columns, null);
        }
    }

    private void WriteFailure(ChatRow row, CohereException failure)
    {
        _progress.Add(_command);
        _command.WriteFailure(failure, row.Source);
        WriteFailed(row, failure.Message);
    }

    private void WriteFailed(ChatRow row, string message)
    {
        if (_columns is not null && _command.IncludeFailed)
        {
            // A row that was refused before its columns were read.
            ChatRow whole = row.Columns.Count > 0 ? row : row with { Columns = RowColumns.Of(row.Source, _named) };
            WriteMerged(whole, null, message);
        }
    }

    private void WriteMerged(ChatRow row, IReadOnlyList<KeyValuePair<string, JsonElement>>? answer, string? error)
    {
        var merged = new PSObject();
        foreach (KeyValuePair<string, object?> column in _columns!.Merge(row.Columns, answer, error, PowerShellOf))
        {
            merged.Properties.Add(new PSNoteProperty(column.Key, column.Value));
        }

        _command.WriteObject(merged);
    }

    // Two names in an object that differ only by case, which a PowerShell object can't have: it stays a dictionary.
    private static object? PowerShellOf(JsonElement element) => PowerShellObjects.FromValues(JsonValues.ToObject(element));
}
