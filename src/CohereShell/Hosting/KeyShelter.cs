namespace CohereShell.Hosting;

/// <summary>
/// Removes the variables with the key from the environment while tools run, so that neither tools nor the processes
/// that they start can read it. The module itself can still read it. The environment belongs to the process, and so
/// does this class.
/// </summary>
internal static class KeyShelter
{
    private static readonly object Gate = new();
    private static readonly Dictionary<string, string> Kept = new(StringComparer.Ordinal);
    private static int _users;

    /// <summary>
    /// Removes the variables from the environment. They return when all callers have disposed of the returned object.
    /// </summary>
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

    /// <summary>The keys that are kept out of the environment now. A process's initial environment can be read in other ways.</summary>
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

    /// <summary>The value of a variable, for the module.</summary>
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
                // If a tool has set a key, it's left unchanged.
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
