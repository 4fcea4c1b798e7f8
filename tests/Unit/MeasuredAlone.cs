using Xunit;

namespace CohereShell.Tests;

/// <summary>Tests that measure what the whole process does: no other test runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    internal const string Name = "Measured alone";
}
