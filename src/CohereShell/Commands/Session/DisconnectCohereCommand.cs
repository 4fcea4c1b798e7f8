using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>Disconnect-Cohere: closes a session, and ends what is under way in it.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "Cohere", HelpUri = OnlineHelp.Api)]
[OutputType(typeof(void))]
public sealed class DisconnectCohereCommand : PSCmdlet, IConnectionCommand
{
    /// <summary>The session to close; without it, the one connected in this runspace.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SessionTransformation]
    [ValidateNotNull]
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
        if (session is null)
        {
            WriteVerbose("There is no connection to close.");
            return;
        }

        session.Dispose();
        if (ReferenceEquals(session, scope.Connected))
        {
            scope.Connected = null;
        }

        WriteVerbose($"Disconnected from {session.BaseUri}.");
    }
}
