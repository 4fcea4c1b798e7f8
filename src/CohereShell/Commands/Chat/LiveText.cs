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

        // An answer that only calls tools has shown nothing.
        if (item.Type == ChatStreamEventType.MessageEnd && item.Response is not { Text.Length: 0 })
        {
            End(command);
        }
    }

    /// <summary>Shows a tool call, and what became of it where it did not just succeed.</summary>
    public static void Show(PSCmdlet command, ToolStep step)
    {
        string call = step.CommandLine.Length > 0 ? step.CommandLine : DisplayText.OneLine(step.ToString(), 500);
        Write(command, $"[{call}]{(step.Outcome == ToolOutcome.Succeeded ? string.Empty : " " + step.Outcome)}{Environment.NewLine}");
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
