using CohereShell.Completion;
using CohereShell.Hosting;

namespace CohereShell.Commands;

/// <summary>Stop-CohereEmulator: stops emulators and closes their connections.</summary>
[Cmdlet(VerbsLifecycle.Stop, "CohereEmulator", HelpUri = OnlineHelp.Api, SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class StopCohereEmulatorCommand : PSCmdlet
{
    /// <summary>The emulators to stop. By default, all that were started in this runspace.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public CohereEmulator[]? Emulator { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IEnumerable<CohereEmulator> emulators = Emulator ?? RunspaceScope.Current.Owned<CohereEmulator>();
        foreach (CohereEmulator emulator in emulators)
        {
            if (emulator.IsRunning && ShouldProcess(emulator.BaseUri.ToString(), "Stop the Cohere emulator"))
            {
                emulator.Dispose();
            }
        }
    }
}
