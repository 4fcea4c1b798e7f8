using CohereShell.Errors;
using CohereShell.Hosting;

namespace CohereShell.Prompt;

/// <summary>Opens the terminal of the user.</summary>
internal static class Terminals
{
    /// <summary>Ends the command with an error if no terminal can be used.</summary>
    public static void Require(PSCmdlet command)
    {
        if (Interactivity.ReasonAgainst(command.Host) is { } reason)
        {
            command.ThrowTerminatingError(ErrorRecords.NotInteractive(reason));
        }
    }

    /// <summary>Opens the terminal.</summary>
    public static IChatTerminal Open(PSCmdlet command, Func<string, IReadOnlyList<string>> complete)
    {
        var transcript = new Transcript(command);
        return Interactivity.IsConsole(command.Host)
            ? new ConsoleTerminal(command.Host.UI, transcript, complete)
            : new HostTerminal(command.Host, transcript);
    }
}
