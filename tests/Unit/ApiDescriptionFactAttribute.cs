using Xunit;

namespace CohereShell.Tests;

/// <summary>A test that holds something to the API description; skipped where the description is not at hand.</summary>
public sealed class ApiDescriptionFactAttribute : FactAttribute
{
    public ApiDescriptionFactAttribute() => Skip = ApiDescription.SkipReason;
}

/// <inheritdoc cref="ApiDescriptionFactAttribute"/>
public sealed class ApiDescriptionTheoryAttribute : TheoryAttribute
{
    public ApiDescriptionTheoryAttribute() => Skip = ApiDescription.SkipReason;
}
