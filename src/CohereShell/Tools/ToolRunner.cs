using System.Collections;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace CohereShell.Tools;

/// <summary>
/// Runs the commands behind tools, in the runspace of the caller and on its pipeline thread. Arguments are bound by
/// splatting: there is no command line for a text to break out of.
/// </summary>
internal static class ToolRunner
{
    // Constant, whatever the tool and whatever the arguments. These come as input: after a nested script with arguments of its
    // own, PowerShell keeps what follows out of transcripts.
    private const string Call = "foreach ($__call in $input) { $__arguments = $__call.Arguments; & $__call.Command @__arguments }";

    private const string Reading = "foreach ($__read in $input) { $__read.Invoke() }";

    /// <summary>Runs a tool to its end, or until its time is up.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="arguments">Parameters of the command and their values.</param>
    /// <param name="timeout">How long it may run; infinite if it may run as long as it wants.</param>
    /// <param name="ending">Ends it: Ctrl+C.</param>
    /// <exception cref="PipelineStoppedException">The command that runs it was stopped.</exception>
    public static ToolRun Run(CommandTool tool, IDictionary arguments, TimeSpan timeout, CancellationToken ending)
    {
        var run = new ToolRun();
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript(Call, useLocalScope: true);
        var call = new Hashtable(StringComparer.OrdinalIgnoreCase)
        {
            ["Command"] = (object?)tool.Command ?? tool.ScriptBlock,
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
    /// Reads what a tool has put out. Properties and texts of it may be scripts, which run when they are read, and may not
    /// end.
    /// </summary>
    /// <param name="read">Reads it.</param>
    /// <param name="timeout">How long that may take.</param>
    /// <param name="ending">Ends it: Ctrl+C.</param>
    /// <returns>Whether it was read to its end.</returns>
    /// <exception cref="PipelineStoppedException">The command that reads it was stopped.</exception>
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
            // A break, an exit or a return outside of anything: the tool ends with what it has put out.
        }
    }

    // Whether it had to be stopped because its time was up.
    private static bool IsStopped(PowerShell shell, Action invoke, TimeSpan timeout, CancellationToken ending)
    {
        bool isStopped = false;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ending);
        stopping.CancelAfter(timeout);
        // Not on this thread, which is the one that has to stop.
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

        // Within this time and not later: what is left of the stopping must not hit what runs next.
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
