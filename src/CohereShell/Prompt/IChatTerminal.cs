namespace CohereShell.Prompt;

/// <summary>The user's side of a chat. Output and input also go to the transcript, each once and without escape codes.</summary>
internal interface IChatTerminal : IDisposable
{
    /// <summary>The number of characters in a line.</summary>
    int Width { get; }

    /// <summary>The width at which lines are broken; null if the host doesn't tell its width.</summary>
    int? WrapWidth { get; }

    /// <summary>Reads a line. Returns null if the user wants to leave.</summary>
    /// <param name="prompt">The prompt before the line.</param>
    /// <param name="ending">Ends the reading with an OperationCanceledException.</param>
    /// <param name="isContinued">Whether the line continues earlier lines, which Ctrl+C cancels.</param>
    string? ReadLine(string prompt, CancellationToken ending, bool isContinued = false);

    /// <summary>
    /// Asks a question. Returns null if Ctrl+C ends it, and an empty string for no answer. Keys that were typed
    /// before the question don't count.
    /// </summary>
    /// <param name="question">The question.</param>
    /// <param name="ending">Ends the reading with an OperationCanceledException.</param>
    string? Ask(string question, CancellationToken ending);

    /// <summary>Shows a line. It's broken between words if it doesn't fit.</summary>
    /// <param name="text">The line.</param>
    /// <param name="indent">The number of blanks before the rest of a line that doesn't fit.</param>
    void WriteLine(string text, int indent = 0);

    /// <summary>Shows an error. It's broken between words if it doesn't fit.</summary>
    void WriteError(string text);

    /// <summary>Shows a part of a text that is still arriving.</summary>
    void WritePiece(string text);

    /// <summary>Ends a text that was shown in parts.</summary>
    /// <param name="whole">The complete text, for the transcript.</param>
    void EndPieces(string whole);

    /// <summary>Watches the keyboard for Ctrl+C until the returned object is disposed.</summary>
    /// <param name="interrupt">Called on Ctrl+C.</param>
    IDisposable Watch(Action interrupt);
}
