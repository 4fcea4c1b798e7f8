using System.Collections;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace CohereShell.Tools;

/// <summary>
/// Runs the commands of tools, in the caller's runspace and on its pipeline thread. Arguments are splatted: there is
/// no command line that a text could break out of.
/// </summary>
internal static class ToolRunner
{
    // Constant for all tools and arguments. The arguments are passed as input: after a nested script with arguments,
    // PowerShell stops writing to transcripts.
    private const string Call = "foreach ($__call in $input) { $__arguments = $__call.Arguments; & $__call.Command @__arguments }";

    private const string Reading = "foreach ($__read in $input) { $__read.Invoke() }";

    /// <summary>Runs a tool to its end, or until its time is over.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="arguments">The command's parameters and their values.</param>
    /// <param name="timeout">The maximum time; infinite for no maximum.</param>
    /// <param name="ending">Canceled by Ctrl+C.</param>
    /// <exception cref="PipelineStoppedException">The calling command was stopped.</exception>
    public static ToolRun Run(CommandTool tool, IDictionary arguments, TimeSpan timeout, CancellationToken ending)
    {
        var run = new ToolRun();
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript(Call, useLocalScope: true);
        var call = new Hashtable(StringComparer.OrdinalIgnoreCase)
        {
            ["Command"] = tool.Runnable,
            ["Arguments"] = new Hashtable(arguments, StringComparer.OrdinalIgnoreCase),
        };
        using var input = new PSDataCollection<object>([call]);
        input.Complete();
        using var output = new PSDataCollection<PSObject>();
        output.DataAdded += (_, _) =>
        {
            foreach (PSObject item in output.ReadAll())
            {
                run.Output.Add(item);
            }
        };

        // A tool may fail at each of a million items.
        shell.Streams.Error.DataAdded += (_, _) => run.Errors.AddRange(shell.Streams.Error.ReadAll().Select(error => error.ToString()));
        shell.Streams.Warning.DataAdded += (_, _) => run.Warnings.AddRange(shell.Streams.Warning.ReadAll().Select(warning => warning.Message));
        var elapsed = Stopwatch.StartNew();
        run.IsTimedOut = IsStopped(shell, () => Invoke(shell, input, output, run), timeout, ending);
        run.Duration = elapsed.Elapsed;
        return run;
    }

    /// <summary>
    /// Reads the output of a tool. Its properties and texts may be scripts, which run when they are read and may not
    /// end.
    /// </summary>
    /// <param name="read">Reads the output.</param>
    /// <param name="timeout">The maximum time.</param>
    /// <param name="ending">Canceled by Ctrl+C.</param>
    /// <returns>Whether the output was read completely.</returns>
    /// <exception cref="PipelineStoppedException">The calling command was stopped.</exception>
    public static bool Read(Action read, TimeSpan timeout, CancellationToken ending)
    {
        ExceptionDispatchInfo? failure = null;
        Action reading = () =>
        {
            try
            {
                read();
            }
            catch (Exception exception) when (exception is not PipelineStoppedException)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        };
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript(Reading, useLocalScope: true);
        bool isStopped = IsStopped(shell, () => shell.Invoke(new[] { reading }), timeout, ending);
        if (!isStopped)
        {
            failure?.Throw();
        }

        return !isStopped;
    }

    private static void Invoke(PowerShell shell, PSDataCollection<object> input, PSDataCollection<PSObject> output, ToolRun run)
    {
        try
        {
            shell.Invoke<object, PSObject>(input, output, null);
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            run.Errors.Add(exception.ErrorRecord?.ToString() is { Length: > 0 } text ? text : exception.Message);
        }
        catch (FlowControlException)
        {
            // A break, exit or return outside of a loop or function. The tool ends with its output so far.
        }
    }

    // Returns whether it was stopped because its time was over.
    private static bool IsStopped(PowerShell shell, Action invoke, TimeSpan timeout, CancellationToken ending)
    {
        bool isStopped = false;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ending);
        stopping.CancelAfter(timeout);
        // Not on this thread, which is the one that must stop.
        Task stopped = Task.CompletedTask;
        using (stopping.Token.Register(() => stopped = Task.Run(shell.Stop, CancellationToken.None)))
        {
            try
            {
                invoke();
            }
            catch (PipelineStoppedException) when (!ending.IsCancellationRequested && stopping.IsCancellationRequested)
            {
                isStopped = true;
            }
        }

        // Waits for the stop to finish. Otherwise, it could affect the next command.
        stopped.Wait(CancellationToken.None);
        ending.ThrowIfStopped();
        return isStopped || (stopping.IsCancellationRequested && shell.InvocationStateInfo.State == PSInvocationState.Stopped);
    }

    private static void ThrowIfStopped(this CancellationToken ending)
    {
        if (ending.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }
}
