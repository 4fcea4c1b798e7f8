namespace CohereShell.Tools;

/// <summary>What a tool said went wrong. The first of it is kept, and all of it counted.</summary>
internal sealed class ToolMessages
{
    private const int Most = 100;
    private readonly List<string> _first = [];

    /// <summary>How many there were.</summary>
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

    /// <summary>Puts one before all others: it is not to be lost among them.</summary>
    public void Begin(string message)
    {
        Count++;
        _first.Insert(0, message);
    }

    /// <summary>The first of them.</summary>
    /// <param name="redact">Takes secrets out.</param>
    public string[] First(Func<string, string> redact) => _first.Select(redact).ToArray();
}
