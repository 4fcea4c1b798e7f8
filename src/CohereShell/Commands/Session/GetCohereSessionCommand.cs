using CohereShell.Hosting;

namespace CohereShell.Commands;

/// <summary>Get-CohereSession: the session that commands of this runspace use. It never shows the key.</summary>
[Cmdlet(VerbsCommon.Get, "CohereSession", HelpUri = OnlineHelp.Api)]
[OutputType(typeof(CohereSession))]
public sealed class GetCohereSessionCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Sessions.FindFor(this, null) is { } session)
        {
            WriteObject(session);
        }
        else
        {
            WriteVerbose($"There is no connection, and neither {Sessions.KeyVariable} nor {Sessions.SecondKeyVariable} is set.");
        }
    }
}
