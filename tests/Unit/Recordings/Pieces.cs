namespace CohereShell.Tests;

/// <summary>How a server sends a stream.</summary>
public enum Pieces
{
    /// <summary>In one piece.</summary>
    Whole,

    /// <summary>Event by event.</summary>
    Events,

    /// <summary>In pieces that cut events, words and characters.</summary>
    SevenBytes,
}
