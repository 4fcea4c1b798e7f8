namespace CohereShell.Emulation;

/// <summary>A refusal as Cohere returns it, with its status and message.</summary>
internal sealed class EmulatorException(int status, string message) : Exception(message)
{
    internal int Status { get; } = status;

    /// <summary>The type of the error. Null if the API doesn't have one for it.</summary>
    internal string? ErrorType { get; init; }
}
