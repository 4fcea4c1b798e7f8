namespace CohereShell;

/// <summary>
/// Runs the reading of a file on its own thread. The libraries can't be canceled everywhere. If the reading doesn't end in
/// time, the caller continues without it, and the thread ends at the next check of the reading.
/// </summary>
internal static class DocumentWorker
{
    // Readers of nested formats call themselves. A stack overflow would end the process.
    private static readonly int StackBytes = IntPtr.Size == 8 ? 64 * 1024 * 1024 : 8 * 1024 * 1024;

    private static int _running;

    /// <summary>The number of threads that read, also of those that were abandoned and haven't ended yet.</summary>
    public static int Running => Volatile.Read(ref _running);

    /// <summary>Runs a function.</summary>
    /// <param name="path">The file, for the error.</param>
    /// <param name="timeout">The maximum time.</param>
    /// <param name="read">The function. Its token is canceled when the time is over.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="CohereException">The time is over.</exception>
    public static async Task<T> RunAsync<T>(string path, TimeSpan timeout, Func<CancellationToken, T> read, CancellationToken cancellationToken)
    {
        // Not disposed: an abandoned thread still uses its token.
        var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Run(read, completion, ending.Token), StackBytes) { IsBackground = true, Name = "CohereShell documents" };
        thread.Start();
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task first = await Task.WhenAny(completion.Task, Task.Delay(timeout, waiting.Token)).ConfigureAwait(false);
        waiting.Cancel();
        if (first != completion.Task)
        {
            ending.Cancel();
            cancellationToken.ThrowIfCancellationRequested();
            throw DocumentErrors.TooSlow(path, timeout);
        }

        return await completion.Task.ConfigureAwait(false);
    }

    // An exception of a library that isn't expected must not end the process.
    private static void Run<T>(Func<CancellationToken, T> read, TaskCompletionSource<T> completion, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _running);
        try
        {
            completion.TrySetResult(read(cancellationToken));
        }
        catch (Exception exception)
        {
            completion.TrySetException(exception);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
