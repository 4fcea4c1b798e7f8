using System.Threading.RateLimiting;

namespace CohereShell.Transport;

/// <summary>The lease of a call without limits.</summary>
internal sealed class UnlimitedLease : RateLimitLease
{
    public static readonly UnlimitedLease Instance = new();

    private UnlimitedLease()
    {
    }

    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames => [];

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = null;
        return false;
    }
}
