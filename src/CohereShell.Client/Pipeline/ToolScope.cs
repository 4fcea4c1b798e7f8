namespace CohereShell;

/// <summary>
/// Whether code of a tool runs, and for which session. It flows to the threads that a tool starts, and so to the runspaces
/// that it opens.
/// </summary>
internal static class ToolScope
{
    private static readonly AsyncLocal<CohereSession?> Current = new();

    /// <summary>The session of the chat whose tool runs; null outside of tools.</summary>
    public static CohereSession? Session => Current.Value;

    /// <summary>Whether the current code runs in a tool for a model.</summary>
    public static bool IsInside => Current.Value is not null;

    /// <summary>Until the returned object is disposed of, this thread runs a tool's code.</summary>
    public static IDisposable Enter(CohereSession session)
    {
        CohereSession? before = Current.Value;
        Current.Value = session;
        return new Stay(before);
    }

    private sealed class Stay(CohereSession? before) : IDisposable
    {
        private readonly CohereSession? _before = before;

        public void Dispose() => Current.Value = _before;
    }
}
