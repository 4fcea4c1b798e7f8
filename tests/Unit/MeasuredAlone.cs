using Xunit;

namespace CohereShell.Tests;

/// <summary>
/// Tests that measure what the whole process does, or that need all of the processor for seconds, which would disturb tests
/// with short timeouts: no other test runs beside them.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    internal const string Name = "Measured alone";
}
