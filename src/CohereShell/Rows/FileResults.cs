using System.Collections.Concurrent;
using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Json;
using CohereShell.Pipeline;

namespace CohereShell.Rows;

/// <summary>The results of commands that make a call for each file. The path of a file, or its address, is the id.</summary>
internal sealed class FileResults : IDisposable
{
    private readonly CohereApiCommand _command;
    private readonly ResultFile _file;
    private readonly HashSet<string> _ids;
    private readonly ConcurrentDictionary<string, Exception> _problems;

    private FileResults(CohereApiCommand command, ResultFile file, StringComparer comparer)
    {
        _command = command;
        _file = file;
        _ids = new HashSet<string>(comparer);
        _problems = new ConcurrentDictionary<string, Exception>(comparer);
    }

    /// <summary>Opens the file of results. A problem with it ends the command, before a call is spent.</summary>
    /// <param name="command">The command.</param>
    /// <param name="outFile">The path of the user; null if results are output as objects.</param>
    /// <param name="resumes">Whether the file is continued.</param>
    /// <param name="force">Whether an existing file is replaced.</param>
    /// <param name="keys">The columns with the path or address, of which each row has one.</param>
    public static FileResults? Open(CohereApiCommand command, string? outFile, bool resumes, bool force, params string[] keys)
    {
        ResultFileRules.Check(command, outFile);
        if (outFile is null)
        {
            return null;
        }

        ResultFileRules.CheckName(command, outFile);
        ResultKey key = ResultKey.Paths(keys);
        return new FileResults(command, ResultFile.Open(command, outFile, resumes, force, key), key.Comparer);
    }

    /// <summary>Whether a call must be made for a file. A file that occurs twice causes an error.</summary>
    /// <param name="id">The path or the address.</param>
    /// <param name="target">The target object of an error.</param>
    public bool TryBegin(string id, object target)
    {
        if (!_ids.Add(id))
        {
            _command.WriteError(ErrorRecords.DuplicateId(id, target));
            return false;
        }

        return !_file.Skips(id);
    }

    /// <summary>Waits for a result and appends it. <see cref="Check"/> ends the command if it can't be written.</summary>
    public async Task<T> AppendAsync<T>(string id, Task<T> call, Func<T, IEnumerable<KeyValuePair<string, object?>>> rowOf)
    {
        T result = await call.ConfigureAwait(false);
        KeyValuePair<string, JsonElement>[] row = rowOf(result).Select(column => new KeyValuePair<string, JsonElement>(column.Key, PowerShellJson.ToElement(column.Value))).ToArray();
        if (_file.TryAppend(row) is { } problem)
        {
            _problems[id] = problem;
        }

        return result;
    }

    /// <summary>Sets the columns, which are the same in each row. If an existing file has others, the command ends.</summary>
    public void Begin(params string[] names) => _file.Begin(names);

    /// <summary>Ends the command if a result couldn't be written. The result is paid for: the error has it.</summary>
    public void Check(string id, object result)
    {
        if (_problems.TryGetValue(id, out Exception? problem))
        {
            _file.Fail(problem, result);
        }
    }

    /// <summary>Closes the file after the last result.</summary>
    public void Complete(bool passThru) => _file.Complete(passThru);

    public void Dispose() => _file.Dispose();
}
