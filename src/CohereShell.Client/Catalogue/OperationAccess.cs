namespace CohereShell;

/// <summary>What an operation does to the account: look at it, or spend money and change something.</summary>
public enum OperationAccess
{
    /// <summary>Costs nothing and changes nothing.</summary>
    Read,

    /// <summary>Costs money, or creates, changes or deletes something.</summary>
    Write,
}
