namespace CohereShell;

/// <summary>A rate limit of a model that differs from the limits of its operation.</summary>
/// <param name="Model">The name of the model.</param>
/// <param name="Limit">The limit, per minute.</param>
public sealed record ModelLimit(string Model, OperationLimit Limit)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Model} {Limit}";
}
