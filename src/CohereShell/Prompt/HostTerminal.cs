using System.Management.Automation.Host;
using CohereShell.Display;

namespace CohereShell.Prompt;

/// <summary>
/// A host other than the console of this process, such as an editor or a remote session. It reads lines itself, and
/// its Ctrl+C ends the chat.
/// </summary>
internal sealed class HostTerminal(PSHost host, Transcript transcript) : IChatTerminal
{
    private const int UsualWidth = 80;

    public int Width => WrapWidth ?? UsualWidth;

    public int? WrapWidth
    {
        get
        {
            try
            {
                return host.UI.RawUI.WindowSize.Width is > 0 and int width ? Math.Max(20, width) : null;
            }
            catch (Exception exception) when (exception is HostException or NotImplementedException or NullReferenceException)
            {
                return null;
            }
        }
    }

    public void Dispose()
    {
        // The host doesn't belong to this terminal.
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

    public void WriteLine(string text, int indent = 0)
    {
        host.UI.WriteLine(WrappedText.Break(text, WrapWidth, indent));
        transcript.Add(text);
    }

    public void WriteError(string text)
    {
        host.UI.WriteErrorLine(WrappedText.Break(text, WrapWidth));
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
            // The host stops the command itself.
        }
    }
}
