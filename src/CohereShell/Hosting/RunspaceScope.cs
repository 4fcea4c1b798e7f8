using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace CohereShell.Hosting;

/// <summary>
/// The state of a runspace: its default session, and everything that is closed with it. It's never a static field,
/// because runbook jobs and function invocations share a process and must not share an account.
/// </summary>
internal sealed class RunspaceScope
{
    private static readonly ConditionalWeakTable<Runspace, RunspaceScope> States = new();

    private readonly object _gate = new();
    private readonly List<WeakReference<IDisposable>> _owned = [];
    private (string? Key, string? Address) _environment;
    private CohereSession? _fromEnvironment;

    private RunspaceScope()
    {
    }

    public static RunspaceScope Current => States.GetValue(Runspace.DefaultRunspace, Create);

    /// <summary>
    /// Whether the current code runs in a tool for a model, in the tool's runspace or in one that the tool has
    /// opened.
    /// </summary>
    public static bool IsInTool => ToolScope.IsInside;

    /// <summary>
    /// The session of Connect-Cohere. It stays here when something else than Disconnect-Cohere has closed it: the session
    /// of the environment may do more, and must not replace it silently.
    /// </summary>
    public CohereSession? Connected { get; set; }

    /// <summary>
    /// Whether the last Connect-Cohere failed. In a script that continues, a session of the environment could do what the
    /// session that failed could not.
    /// </summary>
    public bool HasFailedToConnect { get; set; }

    /// <summary>The session created from the environment. It's created again when the environment changes.</summary>
    public CohereSession? FromEnvironment(Func<CohereSession?> create, string? key, string? address)
    {
        if (_fromEnvironment is not { IsOpen: true } || _environment != (key, address))
        {
            _fromEnvironment = create();
            _environment = (key, address);
        }

        return _fromEnvironment;
    }

    /// <summary>
    /// Until the returned object is disposed of, this thread runs a tool's code, and the key isn't in the
    /// environment.
    /// </summary>
    public static IDisposable EnterTool(CohereSession session) => new ToolStay(KeyShelter.Enter(), ToolScope.Enter(session));

    /// <summary>Closes an object with the runspace or with the module.</summary>
    public T Own<T>(T disposable)
        where T : class, IDisposable
    {
        lock (_gate)
        {
            _owned.RemoveAll(reference => !reference.TryGetTarget(out _));
            _owned.Add(new WeakReference<IDisposable>(disposable));
        }

        return disposable;
    }

    /// <summary>The owned objects that haven't been closed yet.</summary>
    public IReadOnlyList<T> Owned<T>()
        where T : class
    {
        lock (_gate)
        {
            return _owned
                .Select(reference => reference.TryGetTarget(out IDisposable? target) ? target as T : null)
                .OfType<T>()
                .ToArray();
        }
    }

    /// <summary>
    /// Closes everything that belongs to this runspace. That a session was connected isn't forgotten. A tool can remove
    /// the module, but not close what the chat uses.
    /// </summary>
    public static void Close()
    {
        if (!IsInTool && Runspace.DefaultRunspace is { } runspace && States.TryGetValue(runspace, out RunspaceScope? state))
        {
            state.CloseOwned();
            if (state.Connected is null && !state.HasFailedToConnect)
            {
                States.Remove(runspace);
            }
        }
    }

    private static RunspaceScope Create(Runspace runspace)
    {
        var state = new RunspaceScope();
        runspace.StateChanged += (_, change) =>
        {
            if (change.RunspaceStateInfo.State is RunspaceState.Closed or RunspaceState.Broken)
            {
                state.CloseOwned();
            }
        };
        return state;
    }

    private void CloseOwned()
    {
        foreach (IDisposable owned in Owned<IDisposable>())
        {
            owned.Dispose();
        }
    }

    private sealed class ToolStay(IDisposable shelter, IDisposable scope) : IDisposable
    {
        private readonly IDisposable _shelter = shelter;
        private readonly IDisposable _scope = scope;

        public void Dispose()
        {
            _scope.Dispose();
            _shelter.Dispose();
        }
    }
}
