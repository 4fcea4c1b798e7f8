namespace CohereShell.Transport;

/// <summary>A compressed body can't be decompressed. It's a failure of the transfer.</summary>
internal sealed class DamagedBodyException(Exception cause) : IOException("its compressed body is damaged: " + cause.Message, cause);
