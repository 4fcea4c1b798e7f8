using CohereShell.Errors;
using CohereShell.Hosting;

namespace CohereShell.Commands;

/// <summary>Get-CohereSession: gets the session that commands in this runspace use. It never shows the key.</summary>
[Cmdlet(VerbsCommon.Get, "CohereSession", HelpUri = OnlineHelp.Api)]
[OutputType(typeof(CohereSession))]
public sealed class GetCohereSessionCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (RunspaceScope.IsInTool)
        {
            ThrowTerminatingError(ErrorRecords.InsideTool("Get-CohereSession"));
        }

        if (RunspaceScope.Current.Connected is { IsOpen: false } closed)
        {
            WriteObject(closed);
            return;
        }

        if (Sessions.FindFor(this, null) is { } session)
        {
            WriteObject(session);
        }
        else
        {
            WriteVerbose(RunspaceScope.Current.HasFailedToConnect
                ? "No session is connected, because the last Connect-Cohere failed."
                : $"No session is connected, and neither {Sessions.KeyVariable} nor {Sessions.SecondKeyVariable} is set.");
        }
    }
}
