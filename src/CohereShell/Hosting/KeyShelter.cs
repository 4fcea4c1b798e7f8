namespace CohereShell.Hosting;

/// <summary>
/// Keeps the variables with the key out of the environment while tools run, so that neither they nor the processes that
/// they start have it. The module itself goes on finding it. The environment belongs to the process, so this does too.
/// </summary>
internal static class KeyShelter
{
    private static readonly object Gate = new();
    private static readonly Dictionary<string, string> Kept = new(StringComparer.Ordinal);
    private static int _users;

    /// <summary>Takes the variables out of the environment, until every one who did so has disposed of what this gives.</summary>
    public static IDisposable Enter()
    {
        lock (Gate)
        {
            foreach (string name in new[] { Sessions.KeyVariable, Sessions.SecondKeyVariable })
            {
                if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } key)
                {
                    Kept[name] = key;
                    Environment.SetEnvironmentVariable(name, null);
                }
            }

            _users++;
        }

        return new Stay();
    }

    /// <summary>The keys that are kept out of the environment now: what the process was started with may be read elsewhere.</summary>
    public static IReadOnlyCollection<string> Keys
    {
        get
        {
            lock (Gate)
            {
                return [.. Kept.Values];
            }
        }
    }

    /// <summary>What a variable holds, for the module.</summary>
    public static string? Read(string name)
    {
        lock (Gate)
        {
            return Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value
                : Kept.TryGetValue(name, out string? kept) ? kept
                : null;
        }
    }

    private static void Leave()
    {
        lock (Gate)
        {
            if (--_users > 0)
            {
                return;
            }

            foreach (KeyValuePair<string, string> kept in Kept)
            {
                // A key that a tool has set is left alone.
                if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(kept.Key)))
                {
                    Environment.SetEnvironmentVariable(kept.Key, kept.Value);
                }
            }

            Kept.Clear();
        }
    }

    private sealed class Stay : IDisposable
    {
        private bool _isOver;

        public void Dispose()
        {
            if (!_isOver)
            {
                _isOver = true;
                Leave();
            }
        }
    }
}
