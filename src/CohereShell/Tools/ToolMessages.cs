namespace CohereShell.Tools;

/// <summary>The errors of a tool. Only the first ones are kept, but all are counted.</summary>
internal sealed class ToolMessages
{
    private const int Most = 100;
    private readonly List<string> _first = [];

    /// <summary>The number of errors.</summary>
    public long Count { get; private set; }

    public void AddRange(IEnumerable<string> messages)
    {
        foreach (string message in messages)
        {
            Add(message);
        }
    }

    public void Add(string message)
    {
        Count++;
        if (_first.Count < Most)
        {
            _first.Add(message);
        }
    }

    /// <summary>Removes all errors.</summary>
    public void Clear()
    {
        Count = 0;
        _first.Clear();
    }

    /// <summary>Inserts an error before all others, so that it isn't lost among them.</summary>
    public void Begin(string message)
    {
        Count++;
        _first.Insert(0, message);
    }

    /// <summary>The first errors.</summary>
    /// <param name="redact">Removes secrets.</param>
    public string[] First(Func<string, string> redact) => _first.Select(redact).ToArray();
}
