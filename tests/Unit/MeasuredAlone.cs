using Xunit;

namespace CohereShell.Tests;

/// <summary>
/// Tests that measure the whole process, or that use the whole processor for seconds and would disturb tests with short
/// timeouts. No other test runs in parallel.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    internal const string Name = "Measured alone";
}
