namespace CohereShell.Commands;

/// <summary>Shows an answer as it arrives.</summary>
internal static class LiveText
{
    private static readonly string[] HostTag = ["PSHOST"];

    /// <summary>Shows the text of an event.</summary>
    public static void Show(PSCmdlet command, ChatStreamEvent item)
    {
        if (item.Text is { Length: > 0 } text)
        {
            Write(command, DisplayText.Sanitize(text));
        }

        // An answer that only calls tools hasn't shown any text.
        if (item.Type == ChatStreamEventType.MessageEnd && item.Response is not { Text.Length: 0 })
        {
            End(command);
        }
    }

    /// <summary>Shows a tool call, and its outcome unless it simply succeeded.</summary>
    public static void Show(PSCmdlet command, ToolStep step)
    {
        string call = step.CommandLine.Length > 0 ? step.CommandLine : DisplayText.OneLine(step.ToString(), 500);
        Write(command, $"[{call}]{(step.Outcome == ToolOutcome.Succeeded ? string.Empty : " " + step.Outcome)}{Environment.NewLine}");
    }

    /// <summary>Ends the line of text before something else is shown.</summary>
    public static void End(PSCmdlet command) => Write(command, Environment.NewLine);

    /// <summary>The answer with a type name whose view leaves out the text that is already on the screen.</summary>
    public static PSObject AlreadyShown(ChatResponse response)
    {
        var shown = new PSObject(response);
        shown.TypeNames.Insert(0, typeof(ChatResponse).FullName + "#Live");
        return shown;
    }

    // Like Write-Host: it goes to the screen, to transcripts and to stream 6, and works without a host.
    private static void Write(PSCmdlet command, string text) =>
        command.WriteInformation(new HostInformationMessage { Message = text, NoNewLine = true }, HostTag);
}
