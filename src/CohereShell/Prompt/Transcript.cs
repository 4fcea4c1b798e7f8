namespace CohereShell.Prompt;

/// <summary>
/// Writes to the session's transcript what reaches the screen without the host. Text that arrives in parts would be
/// one line per part, and edited lines aren't seen by the host.
/// </summary>
internal sealed class Transcript(PSCmdlet command)
{
    public void Add(string text)
    {
        // Writes only to the transcript. Without one, it does nothing.
        command.InvokeCommand.InvokeScript(
            "param($text) Microsoft.PowerShell.Core\\Out-Default -InputObject $text -Transcript",
            useNewScope: true,
            System.Management.Automation.Runspaces.PipelineResultTypes.None,
            null,
            text);
    }
}
