namespace CohereShell.Emulation;

/// <summary>
/// The received bytes aren't an HTTP request that this server accepts. The connection is closed after the response.
/// </summary>
internal sealed class HttpFormatException(int status, string message) : Exception(message)
{
    internal int Status { get; } = status;
}
