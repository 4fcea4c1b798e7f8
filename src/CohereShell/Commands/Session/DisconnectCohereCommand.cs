using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>Disconnect-Cohere: closes a session and cancels the calls that are in flight.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "Cohere", HelpUri = OnlineHelp.Api)]
[OutputType(typeof(void))]
public sealed class DisconnectCohereCommand : PSCmdlet, IConnectionCommand
{
    /// <summary>The session to close. By default, the session connected in this runspace.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SessionTransformation]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public CohereSession? Session { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (RunspaceScope.IsInTool)
        {
            ThrowTerminatingError(ErrorRecords.InsideTool("Disconnect-Cohere"));
        }

        RunspaceScope scope = RunspaceScope.Current;
        CohereSession? session = Session ?? scope.Connected;
        scope.HasFailedToConnect &= Session is not null;
        if (session is null)
        {
            WriteVerbose("This runspace has no session to close.");
            return;
        }

        session.Dispose();
        if (ReferenceEquals(session, scope.Connected))
        {
            scope.Connected = null;
        }

        WriteVerbose(session.IsEmulator ? "Disconnected from the emulator in this process." : $"Disconnected from {session.BaseUri}.");
    }
}
