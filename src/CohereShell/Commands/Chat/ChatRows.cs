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
internal sealed class ChatRows : IDisposable
{
    /// <summary>The column that identifies a row in the file without -IdProperty.</summary>
    private const string Index = "Index";

    private readonly InvokeCohereChatCommand _command;
    private readonly RowPrompt _prompt;
    private readonly ChatAnswers _answers;
    private readonly Func<string, ChatRequest> _requestFor;
    private readonly Action<ChatRequest, ToolTarget>? _askWithTools;
    private readonly OrderedCalls<ChatRow, ChatRowAnswer> _calls;
    private readonly ItemProgress? _progress;
    private readonly AnswerColumns? _columns;
    private readonly ResultFile? _file;
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unknown = new(StringComparer.OrdinalIgnoreCase);
    private readonly string[] _named;
    private bool _hasColumns;
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
        _progress = command.Items;
        _answers = answers;
        _requestFor = requestFor;
        _askWithTools = askWithTools;
        _prompt = new RowPrompt(command.Prompt, command.Property, command.Encoding);
        _calls = new(command, command.ThrottleLimit, Write, (row, failure) => WriteFailure(row, failure))
        {
            Progress = _progress,
            Count = answer => answer.Error is null ? new EndedItems(1, 0) : new EndedItems(0, 1),
        };
        _columns = command.Merge || command.OutFile is not null ? new AnswerColumns(command.OutputProperty, command.Json || command.JsonSchema is not null, schema, command.IncludeFailed) : null;
        _file = command.OutFile is null ? null : OpenFile(command, _columns!);
        _named = [.. command.IdProperty is { } id ? [id] : (string[])[], .. _prompt.Placeholders, .. command.Property ?? []];
    }

    /// <summary>Asks a row.</summary>
    public void Take(object? value)
    {
        var row = new ChatRow(_count++, value);
        try
        {
            row = Read(row);
            if (_file is not null && row.Id is { } id && _file.Skips(id))
            {
                return;
            }

            Ask(row, _requestFor(_prompt.QuestionFor(value)));
        }
        catch (InputException exception)
        {
            // In its place: its error is written after the answers before it.
            var answer = new ChatRowAnswer { Error = exception.Error };
            _calls.Begin(row, _ => Task.FromResult(answer with { WriteProblem = AppendFailed(row, exception.Message) }));
            _calls.MakeRoom();
        }
    }

    /// <summary>Waits for all answers and writes them.</summary>
    public void Complete()
    {
        _calls.Complete();
        _file?.Complete(_command.PassThru);
    }

    public void Dispose() => _file?.Dispose();

    private static ResultFile OpenFile(InvokeCohereChatCommand command, AnswerColumns columns)
    {
        if (ResultFile.IsCsv(command.OutFile!) && !columns.AreKnown)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidCombination(
                "A CSV file has the same columns in each row, and a JSON answer without a schema can have any.",
                "Name the properties with -JsonSchema, put the whole answer in one column with -OutputProperty, or use a .jsonl file."));
        }

        ResultKey key = ResultKey.Property(command.IdProperty ?? Index);
        return ResultFile.Open(command, command.OutFile!, command.Resume, command.Force, key, added: columns.Known);
    }

    private void Ask(ChatRow row, ChatRequest request)
    {
        if (_askWithTools is null)
        {
            CohereClient client = _command.Client;
            RequestOptions options = _command.Options;
            _calls.Begin(row, token => AnswerAsync(client, options, row, request, token));
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
            FailOn(AppendFailed(row, failure), row);
            WriteFailed(row, failure);
        }
    }

    private async Task<ChatRowAnswer> AnswerAsync(CohereClient client, RequestOptions options, ChatRow row, ChatRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return Complete(row, await client.Chat.SendAsync(request, options, cancellationToken).ConfigureAwait(false));
        }
        // A failure that ends the command says nothing about this row, which is asked again by the next run.
        catch (CohereException exception) when (!ErrorRecords.EndsCommand(exception))
        {
            if (AppendFailed(row, exception.Message) is { } problem)
            {
                return new ChatRowAnswer { Error = exception.ToErrorRecord(row.Source), WriteProblem = problem };
            }

            throw;
        }
    }

    private ChatRow Read(ChatRow row)
    {
        if (_command.IdProperty is { } property)
        {
            string id = RowId.TryGet(row.Source, property, out string found) ? found : throw new InputException(ErrorRecords.IdNotFound(property, row.Source));
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

        row = WithColumns(row);
        if (_columns.ClashesWith(row.Columns) is { Length: > 0 } clashes)
        {
            ErrorRecord error = ErrorRecords.PropertyExists(clashes, isSent: false, row.Source, _command.IncludeFailed ? AnswerColumns.Error : null);
            if (row.Index == 0)
            {
                // The rows of a table have the same columns: one error says it for all of them.
                _command.ThrowTerminatingError(error);
            }

            throw new InputException(error);
        }

        CheckFile(row);
        return row;
    }

    private ChatRow WithColumns(ChatRow row)
    {
        IReadOnlyList<KeyValuePair<string, object?>> columns = _command.Merge ? RowColumns.Of(row.Source, _named)
            : [_command.IdProperty is { } property ? new(property, row.Id) : new(Index, row.Index)];
        if (_file is null)
        {
            return row with { Columns = columns };
        }

        try
        {
            return row with { Columns = columns, FileColumns = columns.Select(column => new KeyValuePair<string, JsonElement>(column.Key, PowerShellJson.ToElement(column.Value))).ToArray() };
        }
        catch (NotJsonException exception)
        {
            throw new InputException(ErrorRecords.NotJson(exception, row.Source));
        }
    }

    // The first row determines the columns of a CSV file.
    private void CheckFile(ChatRow row)
    {
        if (_file is null)
        {
            return;
        }

        if (!_hasColumns)
        {
            _file.Begin([.. row.Columns.Select(column => column.Key), .. _columns!.All]);
            _hasColumns = true;
        }

        if (_file.Surplus(row.Columns.Select(column => column.Key)) is { Length: > 0 } surplus)
        {
            throw new InputException(ErrorRecords.ColumnNotFound(surplus, row.Source));
        }
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
                ? Refused(row, response, ErrorRecords.PropertyExists(clashes, isSent: true, row.Source))
                : new ChatRowAnswer { Response = response, Columns = columns, WriteProblem = Append(row, columns, null) };
        }
        catch (JsonException exception)
        {
            return Refused(row, response, ErrorRecords.RowAnswerNotJson(exception, response, row.Source));
        }
    }

    private ChatRowAnswer Refused(ChatRow row, ChatResponse response, ErrorRecord error) =>
        new() { Response = response, Error = error, WriteProblem = AppendFailed(row, error.Exception.Message) };

    private Exception? Append(ChatRow row, IReadOnlyList<KeyValuePair<string, JsonElement>>? answer, string? error) =>
        _file?.TryAppend(_columns!.Merge(row.FileColumns, answer, error, value => value));

    // Without -IncludeFailed, a failed row isn't in the file, so that the next run tries it again. A row that was refused
    // before it had columns isn't either.
    private Exception? AppendFailed(ChatRow row, string message) =>
        _command.IncludeFailed && row.FileColumns.Count > 0 ? Append(row, null, message) : null;

    private void FailOn(Exception? problem, ChatRow row)
    {
        if (problem is not null)
        {
            _file!.Fail(problem, row.Source);
        }
    }

    private void Write(ChatRow row, ChatRowAnswer answer)
    {
        if (answer.Error is null && _columns is not null)
        {
            _progress?.Add(_command);
        }

        FailOn(answer.WriteProblem, row);
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
        else if (_file is null)
        {
            WriteMerged(row, answer.Columns, null);
        }
        else
        {
            WarnOfUnknown(answer.Columns!);
        }
    }

    private void WriteFailure(ChatRow row, CohereException failure)
    {
        _command.WriteFailure(failure, row.Source);
        WriteFailed(row, failure.Message);
    }

    private void WriteFailed(ChatRow row, string message)
    {
        if (_file is null && _columns is not null && _command.IncludeFailed)
        {
            // A row can be refused before its columns are read.
            WriteMerged(row.Columns.Count > 0 ? row : WithColumns(row), null, message);
        }
    }

    // The model can add properties that the schema doesn't have. The rows of a CSV file have no place for them.
    private void WarnOfUnknown(IReadOnlyList<KeyValuePair<string, JsonElement>> answer)
    {
        foreach (string name in _file!.Surplus(answer.Select(column => column.Key)).Where(name => _unknown.Add(name)))
        {
            _command.WriteWarning($"An answer has the property '{name}', which isn't in the schema. The CSV file has no column for it. Use a .jsonl file to keep such properties.");
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
