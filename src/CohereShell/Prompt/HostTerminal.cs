using System.Management.Automation.Host;

namespace CohereShell.Prompt;

/// <summary>
/// A host that is not the console of this process: an editor, a remote session. It reads lines in its own way, and its
/// Ctrl+C ends the chat.
/// </summary>
internal sealed class HostTerminal(PSHost host, Transcript transcript) : IChatTerminal
{
    private const int UsualWidth = 80;

    public int Width
    {
        get
        {
            try
            {
                return Math.Max(20, host.UI.RawUI.WindowSize.Width);
            }
            catch (Exception exception) when (exception is HostException or NotImplementedException or NullReferenceException)
            {
                return UsualWidth;
            }
        }
    }

    public void Dispose()
    {
        // The host is not this terminal's own.
    }

    public string? ReadLine(string prompt, CancellationToken ending, bool isContinued = false)
    {
        host.UI.Write(prompt);
        string? line = host.UI.ReadLine();
        ending.ThrowIfCancellationRequested();
        transcript.Add(prompt + line);
        return line;
    }

    // Ctrl+C ends the whole chat here.
    public string? Ask(string question, CancellationToken ending) => ReadLine(question, ending) ?? string.Empty;

    public void WriteLine(string text)
    {
        host.UI.WriteLine(text);
        transcript.Add(text);
    }

    public void WriteError(string text)
    {
        host.UI.WriteErrorLine(text);
        transcript.Add(text);
    }

    public void WritePiece(string text) => host.UI.Write(text);

    public void EndPieces(string whole)
    {
        host.UI.WriteLine();
        transcript.Add(whole);
    }

    public IDisposable Watch(Action interrupt) => new Nothing();

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
            // The host stops the command by itself.
        }
    }
}
