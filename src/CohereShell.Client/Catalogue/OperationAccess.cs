namespace CohereShell;

/// <summary>What an operation does to the account: it only reads, or it costs money or changes something.</summary>
public enum OperationAccess
{
    /// <summary>Costs nothing and changes nothing.</summary>
    Read,

    /// <summary>Costs money, or creates, changes or deletes something.</summary>
    Write,
}
