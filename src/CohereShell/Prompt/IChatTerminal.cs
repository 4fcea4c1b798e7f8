namespace CohereShell.Prompt;

/// <summary>Where a chat takes place. What is shown and what is typed also goes into a transcript, each once and without escape codes.</summary>
internal interface IChatTerminal : IDisposable
{
    /// <summary>How many characters a line holds.</summary>
    int Width { get; }

    /// <summary>Reads a line. Null where the user wants to leave.</summary>
    /// <param name="prompt">What stands before it.</param>
    /// <param name="ending">Ends the reading with an OperationCanceledException.</param>
    /// <param name="isContinued">Whether lines before it belong to it, which Ctrl+C gives up.</param>
    string? ReadLine(string prompt, CancellationToken ending, bool isContinued = false);

    /// <summary>
    /// Asks a question. Null where Ctrl+C ends it, empty where there is no answer. What was typed before it was asked is
    /// none.
    /// </summary>
    /// <param name="question">The question.</param>
    /// <param name="ending">Ends the reading with an OperationCanceledException.</param>
    string? Ask(string question, CancellationToken ending);

    /// <summary>Shows a line.</summary>
    void WriteLine(string text);

    /// <summary>Shows what went wrong.</summary>
    void WriteError(string text);

    /// <summary>Shows a piece of a text that is still arriving.</summary>
    void WritePiece(string text);

    /// <summary>Ends a text that was shown in pieces.</summary>
    /// <param name="whole">All of it, for the transcript.</param>
    void EndPieces(string whole);

    /// <summary>Watches the keyboard for Ctrl+C until it is disposed.</summary>
    /// <param name="interrupt">What Ctrl+C does meanwhile.</param>
    IDisposable Watch(Action interrupt);
}
