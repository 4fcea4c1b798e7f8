namespace CohereShell.Emulation;

/// <summary>
/// The base class of emulated operations. There is one class for each operation, and <c>EmulatedApi</c> lists them.
/// </summary>
internal abstract class EmulatedOperation
{
    /// <summary>Answers a request that has a valid key.</summary>
    /// <exception cref="EmulatorException">Cohere would refuse the request.</exception>
    internal abstract EmulatorResponse Answer(EmulatorRequest request);

    /// <summary>The amount of a limit that a request uses.</summary>
    internal virtual int Count(EmulatorRequest request, LimitUnit unit) => unit == LimitUnit.Requests ? 1 : 0;

    /// <summary>The model that a request names, for limits that apply per model. Empty if it names none.</summary>
    internal virtual string LimitedModel(EmulatorRequest request) => string.Empty;
}
