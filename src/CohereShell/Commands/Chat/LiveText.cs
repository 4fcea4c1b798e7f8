using System;
using System.Management.Automation;

namespace CohereShell.Commands;

/// <summary>Shows an answer while it arrives.</summary>
internal static class LiveText
{
    private static readonly string[] HostTag = ["PSHOST"];

    /// <summary>Shows the piece of text that an event brings.</summary>
    public static void Show(PSCmdlet command, ChatStreamEvent item)
    {
        if (item.Text is { Length: > 0 } text)
        {
            Write(command, DisplayText.Sanitize(text));
        }

        if (item.Type == ChatStreamEventType.MessageEnd)
        {
            End(command);
        }
    }

    /// <summary>Leaves the line of the text, for whatever is shown next.</summary>
    public static void End(PSCmdlet command) => Write(command, Environment.NewLine);

    /// <summary>The answer under a name whose view leaves out the text that is on the screen already.</summary>
    public static PSObject AlreadyShown(ChatResponse response)
    {
        var shown = new PSObject(response);
        shown.TypeNames.Insert(0, typeof(ChatResponse).FullName + "#Live");
        return shown;
    }

    // What Write-Host does: it goes to the screen, to transcripts and to stream 6, and works where no host is.
    private static void Write(PSCmdlet command, string text) =>
        command.WriteInformation(new HostInformationMessage { Message = text, NoNewLine = true }, HostTag);
}
