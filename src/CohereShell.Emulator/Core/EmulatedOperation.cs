namespace CohereShell.Emulation;

/// <summary>What answers one operation of the catalogue. A class for each; <c>EmulatedApi</c> lists them.</summary>
internal abstract class EmulatedOperation
{
    /// <summary>The answer to a request that has a valid key.</summary>
    /// <exception cref="EmulatorException">Cohere would refuse the request.</exception>
    internal abstract EmulatorResponse Answer(EmulatorRequest request);

    /// <summary>How much of a limit a request uses.</summary>
    internal virtual int Count(EmulatorRequest request, LimitUnit unit) => unit == LimitUnit.Requests ? 1 : 0;

    /// <summary>The model that a request names, for limits that hold per model; empty where it names none.</summary>
    internal virtual string LimitedModel(EmulatorRequest request) => string.Empty;
}
