using System.Management.Automation.Host;
using CohereShell.Display;

namespace CohereShell.Prompt;

/// <summary>
/// The console of this process. During the chat, Ctrl+C is an ordinary key. Otherwise, PowerShell would end the
/// command, and so the chat, and not only the answer.
/// </summary>
internal sealed class ConsoleTerminal : IChatTerminal
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(40);
    private readonly PSHostUserInterface _host;
    private readonly Transcript _transcript;
    private readonly KeySource _keys = new();
    private readonly LineEditor _editor;
    private readonly bool _wasInput;

    public ConsoleTerminal(PSHostUserInterface host, Transcript transcript, Func<string, IReadOnlyList<string>> complete)
    {
        _host = host;
        _transcript = transcript;
        _editor = new LineEditor(_keys, complete);
        _wasInput = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
    }

    public int Width => KeySource.Width;

    public int? WrapWidth => Width;

    public void Dispose() => Console.TreatControlCAsInput = _wasInput;

    public string? ReadLine(string prompt, CancellationToken ending, bool isContinued = false)
    {
        string? line = _editor.ReadLine(prompt, ending, isContinued);
        _transcript.Add(prompt + line);
        return line;
    }

    public string? Ask(string question, CancellationToken ending)
    {
        string? answer = _keys.Forget() ? null : _editor.ReadAnswer(question, ending);
        _transcript.Add(question + answer);
        return answer;
    }

    public void WriteLine(string text, int indent = 0)
    {
        Console.WriteLine(WrappedText.Break(text, WrapWidth, indent));
        _transcript.Add(text);
    }

    public void WriteError(string text)
    {
        _host.WriteErrorLine(WrappedText.Break(text, WrapWidth));
        _transcript.Add(text);
    }

    public void WritePiece(string text) => Console.Write(text);

    public void EndPieces(string whole)
    {
        Console.WriteLine();
        _transcript.Add(whole);
    }

    public IDisposable Watch(Action interrupt) => new Watcher(_keys, interrupt);

    private sealed class Watcher : IDisposable
    {
        private readonly CancellationTokenSource _ending = new();
        private readonly Task _watching;

        public Watcher(KeySource keys, Action interrupt) => _watching = Task.Run(() =>
        {
            while (!_ending.Token.WaitHandle.WaitOne(WatchInterval))
            {
                if (keys.TakeInterrupt())
                {
                    interrupt();
                    return;
                }
            }
        });

        // The editor reads keys only while this watcher doesn't.
        public void Dispose()
        {
            _ending.Cancel();
            _watching.GetAwaiter().GetResult();
            _ending.Dispose();
        }
    }
}
