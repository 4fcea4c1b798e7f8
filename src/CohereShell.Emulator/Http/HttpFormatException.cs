namespace CohereShell.Emulation;

/// <summary>What came over a connection is no HTTP request that this server takes. The connection ends with the answer.</summary>
internal sealed class HttpFormatException(int status, string message) : Exception(message)
{
    internal int Status { get; } = status;
}
