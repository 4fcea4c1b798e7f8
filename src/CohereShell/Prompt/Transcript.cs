namespace CohereShell.Prompt;

/// <summary>
/// The transcript of the session, for what goes to the screen past the host: text that arrives in pieces, of which the
/// host would make a line each, and lines that are edited while they are typed.
/// </summary>
internal sealed class Transcript(PSCmdlet command)
{
    public void Add(string text)
    {
        // To the transcript and to nowhere else; nothing happens where none is written.
        command.InvokeCommand.InvokeScript(
            "param($text) Microsoft.PowerShell.Core\\Out-Default -InputObject $text -Transcript",
            useNewScope: true,
            System.Management.Automation.Runspaces.PipelineResultTypes.None,
            null,
            text);
    }
}
