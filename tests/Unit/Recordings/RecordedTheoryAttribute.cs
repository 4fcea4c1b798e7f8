using Xunit;

namespace CohereShell.Tests;

/// <summary>A test for each recording. It is skipped, with the reason, on a computer without recordings.</summary>
public sealed class RecordedTheoryAttribute : TheoryAttribute
{
    public RecordedTheoryAttribute()
    {
        if (RecordedExchange.Names.Count == 0)
        {
            Skip = $"There are no recordings in shared/recordings beside the clone, and {RecordedExchange.Variable} isn't set.";
        }
    }
}
