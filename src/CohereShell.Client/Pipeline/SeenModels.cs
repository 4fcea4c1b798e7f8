using System.Collections.Concurrent;

namespace CohereShell;

/// <summary>The names of the account's models that answers have contained. They help to correct a name and to judge a length, without a call.</summary>
internal sealed class SeenModels
{
    private const int MostNames = 3;
    private const int LongestList = 10_000;

    private readonly ConcurrentDictionary<string, long> _contexts = new(StringComparer.Ordinal);

    public void Add(string name, long? contextLength)
    {
        if (_contexts.Count < LongestList)
        {
            _contexts[name] = contextLength ?? 0;
        }
    }

    /// <summary>The maximum number of tokens in a request to a chat model; null if it isn't known.</summary>
    public long? ContextOf(string model) => _contexts.TryGetValue(model, out long context) && context > 0 ? context : KnownModels.ContextOf(model);

    /// <summary>What to do about a model that doesn't exist.</summary>
    public string AdviceFor(string model)
    {
        string[] names = NearestNames.All(model, _contexts.Keys.Union(KnownModels.Names, StringComparer.Ordinal))
            .Where(name => !name.Equals(model, StringComparison.Ordinal))
            .Take(MostNames)
            .ToArray();
        string question = names.Length == 0 ? string.Empty
            : names.Length == 1 ? $" Did you mean '{names[0]}'?"
            : $" Did you mean {string.Join(", ", names.Take(names.Length - 1).Select(name => $"'{name}'"))} or '{names[names.Length - 1]}'?";
        return $"The model '{model}' doesn't exist in this account, or your key can't use it.{question} To list the models, run Get-CohereModel.";
    }
}
