namespace CohereShell.Emulation;

/// <summary>An operation that the service doesn't have anymore, but that is still in its description.</summary>
/// <param name="name">The name of the API.</param>
internal sealed class EmulatedRetired(string name) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request) => throw new EmulatorException(
        404, $"the {name} API was removed on September 15, 2025. See https://docs.cohere.com/docs/deprecations for what you can use instead.");
}
