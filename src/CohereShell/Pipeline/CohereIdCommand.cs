using CohereShell.Errors;

namespace CohereShell.Pipeline;

/// <summary>The base of commands that process a list of ids.</summary>
public abstract class CohereIdCommand : CohereApiCommand
{
    /// <summary>The kind of the ids: <c>embed job</c>.</summary>
    private protected abstract string Noun { get; }

    /// <summary>Processes one id. A failure is an error of that id, and the others are still processed.</summary>
    private protected void ForId(string id, Action<string> work)
    {
        try
        {
            work(id);
        }
        catch (CohereException exception)
        {
            WriteFailure(exception, id);
        }
        catch (ArgumentException exception)
        {
            WriteError(ErrorRecords.InvalidValue(exception.PlainMessage(), $"Specify the id of one {Noun}. The cmdlet that gets them shows the ids.", id, exception));
        }
    }

    /// <summary>Writes the items of a list as its pages arrive, with an optional filter.</summary>
    private protected void WriteList<T>(Func<CancellationToken, IAsyncEnumerable<T>> list, Func<T, bool>? isWanted = null)
    {
        try
        {
            foreach (T item in Pull(list))
            {
                if (isWanted?.Invoke(item) != false)
                {
                    WriteObject(item);
                }
            }
        }
        catch (CohereException exception)
        {
            WriteFailure(exception, null);
        }
    }
}
