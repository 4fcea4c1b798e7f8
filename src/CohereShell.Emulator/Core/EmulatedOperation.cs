namespace CohereShell.Emulation;

/// <summary>
/// One operation of the catalogue that the emulator answers. A class for each, listed in <see cref="EmulatorCore"/>.
/// </summary>
internal abstract class EmulatedOperation
{
    /// <summary>The operation's entry in the catalogue.</summary>
    internal abstract Operation Operation { get; }

    /// <summary>The answer to a request that has a valid key.</summary>
    /// <exception cref="EmulatorException">Cohere would refuse the request.</exception>
    internal abstract EmulatorResponse Answer(EmulatorRequest request);

    /// <summary>How much of a limit a request uses.</summary>
    internal virtual int Count(EmulatorRequest request, LimitUnit unit) => unit == LimitUnit.Requests ? 1 : 0;

    /// <summary>The model that a request names, for limits that hold per model; empty where it names none.</summary>
    internal virtual string LimitedModel(EmulatorRequest request) => string.Empty;
}
