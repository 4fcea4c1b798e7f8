namespace CohereShell.Emulation;

/// <summary>Chooses a fault, or none, for each request. The sequence depends only on the seed.</summary>
internal sealed class FaultSequence(double rate, int seed)
{
    private const int Kinds = (int)Fault.CutBody;
    private long _index = -1;

    internal FaultChoice Next()
    {
        ulong value = StableHash.Of(unchecked((ulong)seed), unchecked((ulong)Interlocked.Increment(ref _index)));

        // The upper 53 bits decide whether the request fails, and the lower bits decide how. They are independent of
        // each other.
        bool fails = (value >> 11) * (1.0 / (1UL << 53)) < rate;
        return fails
            ? new FaultChoice((Fault)(1 + (int)((value & 0x3FF) % Kinds)), (value & 0x400) != 0)
            : new FaultChoice(Fault.None, false);
    }
}

/// <summary>A fault and its variant.</summary>
internal readonly record struct FaultChoice(Fault Fault, bool Variant);
