namespace CohereShell.Emulation;

/// <summary>A request that Cohere would refuse, with its status and message.</summary>
internal sealed class EmulatorException(int status, string message) : Exception(message)
{
    internal int Status { get; } = status;
}
