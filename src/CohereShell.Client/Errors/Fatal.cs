namespace CohereShell;

/// <summary>Tells exceptions that must end the process from those that a server can cause.</summary>
internal static class Fatal
{
    /// <summary>Whether an exception isn't about an answer: it must never be turned into an error of a call.</summary>
    public static bool Is(Exception exception) => exception is OutOfMemoryException or StackOverflowException or AccessViolationException or System.Threading.ThreadAbortException;

    /// <summary>
    /// Whether an exception comes from reading what a server sent, whatever its type is. Not if the call was canceled, or if
    /// it is an error already.
    /// </summary>
    public static bool IsAboutAnswer(Exception exception) => exception is not (CohereException or OperationCanceledException) && !Is(exception);
}
