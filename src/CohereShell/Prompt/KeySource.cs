using System.Collections.Concurrent;

namespace CohereShell.Prompt;

/// <summary>The keys that are pressed, those too that were pressed while an answer arrived.</summary>
internal sealed class KeySource
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);
    private readonly ConcurrentQueue<ConsoleKeyInfo> _early = new();

    /// <summary>How many characters a line of the screen holds.</summary>
    public static int Width => Math.Max(20, Console.WindowWidth);

    /// <summary>Whether more has been typed already.</summary>
    public bool IsWaiting => !_early.IsEmpty || Console.KeyAvailable;

    /// <summary>The next key. Asked for again and again: a read that waits could not be ended.</summary>
    public ConsoleKeyInfo Next(CancellationToken ending)
    {
        while (true)
        {
            if (_early.TryDequeue(out ConsoleKeyInfo key))
            {
                return key;
            }

            if (Console.KeyAvailable)
            {
                return Console.ReadKey(intercept: true);
            }

            ending.WaitHandle.WaitOne(Pause);
            ending.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Forgets the keys that wait.</summary>
    /// <returns>Whether Ctrl+C was among them.</returns>
    public bool Forget()
    {
        bool isInterrupted = TakeInterrupt();
        while (IsWaiting)
        {
            if (!_early.TryDequeue(out _))
            {
                _ = Console.ReadKey(intercept: true);
            }
        }

        return isInterrupted;
    }

    /// <summary>Looks for Ctrl+C among the keys that wait, and keeps the others.</summary>
    public bool TakeInterrupt()
    {
        while (Console.KeyAvailable)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            if (key.KeyChar == '\u0003' || (key.Key == ConsoleKey.C && key.Modifiers == ConsoleModifiers.Control))
            {
                return true;
            }

            _early.Enqueue(key);
        }

        return false;
    }
}
