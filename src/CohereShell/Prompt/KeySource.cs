using System.Collections.Concurrent;

namespace CohereShell.Prompt;

/// <summary>The keys that the user presses, including those pressed while an answer arrived.</summary>
internal sealed class KeySource
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);
    private readonly ConcurrentQueue<ConsoleKeyInfo> _early = new();

    /// <summary>The number of characters in a line of the screen.</summary>
    public static int Width => Math.Max(20, Console.WindowWidth);

    /// <summary>Whether more keys have already been typed.</summary>
    public bool IsWaiting => !_early.IsEmpty || Console.KeyAvailable;

    /// <summary>Gets the next key. It polls, because a blocking read can't be ended.</summary>
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

    /// <summary>Discards the waiting keys.</summary>
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

    /// <summary>Looks for Ctrl+C among the waiting keys, and keeps the others.</summary>
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
