namespace CohereShell.Emulation;

/// <summary>A refusal as Cohere returns it, with its status and message.</summary>
internal sealed class EmulatorException(int status, string message) : Exception(message)
{
    internal int Status { get; } = status;
}
