using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;
using Xunit.Abstractions;

namespace CohereShell.Tests.Architecture;

/// <summary>
/// Folders are layers: dependencies point down only. To see the whole graph, run
/// <c>FOLDER_GRAPH=1 dotnet test tests/Unit --filter FolderGraphTests --logger "console;verbosity=detailed"</c>.
/// </summary>
public sealed class FolderGraphTests(ITestOutputHelper output)
{
    // The largest number of folders that may depend on each other in a circle. Lower a number when you can; never raise one.
    private static readonly Dictionary<string, int> LargestCycle = new()
    {
        ["CohereShell"] = 7,
        ["CohereShell.Client"] = 0,
        ["CohereShell.Emulator"] = 18,
        ["CohereShell.Transport"] = 0,
    };

    public static TheoryData<string> Projects => [.. LargestCycle.Keys];

    [Fact]
    public void Every_project_has_a_limit_for_cycles_between_folders()
    {
        IEnumerable<string?> projects = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(projects.Order(StringComparer.Ordinal), LargestCycle.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_do_not_depend_on_each_other_in_a_larger_circle_than_known(string project)
    {
        FolderGraph graph = FolderGraph.Of(project);
        IReadOnlyList<string> cycle = graph.FindLargestCycle();
        if (Environment.GetEnvironmentVariable("FOLDER_GRAPH") == "1")
        {
            output.WriteLine($"{project}: {graph.Folders.Count} folders, largest cycle {cycle.Count}: {string.Join(' ', cycle)}");
            output.WriteLine(string.Join("\n", graph.Edges));
        }

        Assert.True(
            cycle.Count <= LargestCycle[project],
            $"{cycle.Count} folders of {project} depend on each other in a circle; {LargestCycle[project]} may. Move what they share to a folder below both.\n{graph.Describe(cycle)}");
    }
}
