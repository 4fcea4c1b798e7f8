using System;
using System.Collections;
using System.Diagnostics;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Tools;

/// <summary>
/// Runs the commands behind tools, in the runspace of the caller and on its pipeline thread. Arguments are bound by
/// splatting: there is no command line for a text to break out of.
/// </summary>
internal static class ToolRunner
{
    // Constant, whatever the tool and whatever the arguments.
    private const string Call = "param($__command, $__arguments) & $__command @__arguments";

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
        shell.AddScript(Call, useLocalScope: true)
            .AddParameter("__command", (object?)tool.Command ?? tool.ScriptBlock)
            .AddParameter("__arguments", new Hashtable(arguments, StringComparer.OrdinalIgnoreCase));
        using var input = new PSDataCollection<object>();
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
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ending);
        stopping.CancelAfter(timeout);
        var elapsed = Stopwatch.StartNew();
        // Not on this thread, which is the one that has to stop.
        Task stopped = Task.CompletedTask;
        using (stopping.Token.Register(() => stopped = Task.Run(shell.Stop, CancellationToken.None)))
        {
            try
            {
                shell.Invoke<object, PSObject>(input, output, null);
            }
            catch (PipelineStoppedException) when (!ending.IsCancellationRequested && stopping.IsCancellationRequested)
            {
                run.IsTimedOut = true;
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

        // Within this time and not later: what is left of the stopping must not hit what runs next.
        stopped.Wait(CancellationToken.None);
        run.IsTimedOut |= stopping.IsCancellationRequested && !ending.IsCancellationRequested && shell.InvocationStateInfo.State == PSInvocationState.Stopped;
        run.Duration = elapsed.Elapsed;
        ending.ThrowIfStopped();
        return run;
    }

    private static void ThrowIfStopped(this CancellationToken ending)
    {
        if (ending.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }
}
