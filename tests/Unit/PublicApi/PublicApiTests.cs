using System;
using System.IO;
using PublicApiGenerator;
using Xunit;

namespace CohereShell.Tests.PublicApi;

/// <summary>
/// Compares the public surface of CohereShell.Client with a reviewed file. Anything else is internal to the module and can
/// change at any time.
/// </summary>
public sealed class PublicApiTests
{
    private const string Approve = "APPROVE_PUBLIC_API";

    [Fact]
    public void The_public_surface_of_the_client_is_the_approved_one()
    {
        string current = typeof(CohereClient).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n").TrimEnd() + "\n";
        string[] approved = ["tests", "Unit", "PublicApi", "CohereShell.Client.txt"];
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            File.WriteAllText(Path.Combine([Repository.Root, .. approved]), current);
        }

        Assert.True(
            current == Repository.Read(approved),
            $"The public surface of CohereShell.Client isn't that of {string.Join('/', approved)}. If the change is intended, run this test with {Approve}=1, read the difference, and commit the file with the change. If not, make the new type or member internal.");
    }
}
