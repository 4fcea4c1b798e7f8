namespace CohereShell;

/// <summary>What usage is grouped by.</summary>
public enum UsageGrouping
{
    /// <summary>The name of the operation.</summary>
    Operation,

    /// <summary>The model.</summary>
    Model,

    /// <summary>The local day.</summary>
    Day,

    /// <summary>The local month.</summary>
    Month,

    /// <summary>The client name of the session.</summary>
    ClientName,

    /// <summary>The user who made the calls.</summary>
    User,

    /// <summary>The computer that made the calls.</summary>
    Computer,

    /// <summary>The session.</summary>
    Session,
}
