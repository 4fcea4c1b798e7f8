using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Pipeline;

/// <summary>
/// What other threads want done on the pipeline thread, the only one that may write to the pipeline. The pipeline
/// thread works it off while it waits for a task.
/// </summary>
internal sealed class PipelineQueue : IDisposable
{
    private readonly ConcurrentQueue<Action> _actions = new();
    private readonly ManualResetEventSlim _signal = new();

    /// <summary>Has something done on the pipeline thread, some time before the command ends.</summary>
    public void Post(Action action)
    {
        _actions.Enqueue(action);
        Wake();
    }

    /// <summary>Has something done on the pipeline thread, and waits for the outcome.</summary>
    public Task<T> InvokeAsync<T>(Func<T> function, CancellationToken cancellationToken)
    {
        var outcome = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        CancellationTokenRegistration registration = cancellationToken.Register(() => outcome.TrySetCanceled(cancellationToken));
        Post(() =>
        {
            using (registration)
            {
                try
                {
                    outcome.TrySetResult(function());
                }
                catch (Exception exception)
                {
                    // Goes to whoever asked; a stopped pipeline also goes on to the pipeline.
                    outcome.TrySetException(exception);
                    if (exception is System.Management.Automation.PipelineStoppedException)
                    {
                        throw;
                    }
                }
            }
        });
        return outcome.Task;
    }

    /// <summary>Does what others want done until the task has ended. For the pipeline thread.</summary>
    public void RunUntilEnded(Task task)
    {
        if (!task.IsCompleted)
        {
            task.ContinueWith(
                static (_, state) => ((PipelineQueue)state!).Wake(),
                this,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        while (!task.IsCompleted)
        {
            _signal.Wait();
            _signal.Reset();
            RunAll();
        }

        RunAll();
    }

    /// <summary>Does what others want done now. For the pipeline thread.</summary>
    public void RunAll()
    {
        while (_actions.TryDequeue(out Action? action))
        {
            action();
        }
    }

    public void Dispose() => _signal.Dispose();

    private void Wake()
    {
        try
        {
            _signal.Set();
        }
        catch (ObjectDisposedException)
        {
            // The command has ended; there is nobody left to wake.
        }
    }
}
