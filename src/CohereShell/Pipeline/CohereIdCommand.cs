using CohereShell.Errors;

namespace CohereShell.Pipeline;

/// <summary>The base of commands that do something for each of some ids.</summary>
public abstract class CohereIdCommand : CohereApiCommand
{
    /// <summary>What the ids are ids of: <c>embed job</c>.</summary>
    private protected abstract string Noun { get; }

    /// <summary>Does it for one id. What fails is an error of that id, and the others go on.</summary>
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
            WriteError(ErrorRecords.InvalidValue(exception.PlainMessage(), $"Give the id of one: the commands that list each {Noun} show it.", id, exception));
        }
    }

    /// <summary>Writes the items of a list as its pages arrive, if they are wanted.</summary>
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
