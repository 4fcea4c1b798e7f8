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
[Collection(MeasuredAlone.Name)]
public sealed class FolderGraphTests(ITestOutputHelper output)
{
    public static TheoryData<string> Projects =>
        new(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(path => Path.GetFileNameWithoutExtension(path)));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_do_not_depend_on_each_other_in_a_circle(string project)
    {
        FolderGraph graph = FolderGraph.Of(project);
        IReadOnlyList<string> cycle = graph.FindLargestCycle();
        if (Environment.GetEnvironmentVariable("FOLDER_GRAPH") == "1")
        {
            output.WriteLine($"{project}: {graph.Folders.Count} folders, largest cycle {cycle.Count}: {string.Join(' ', cycle)}");
            output.WriteLine(string.Join("\n", graph.Edges));
        }

        Assert.True(cycle.Count == 0, $"{cycle.Count} folders of {project} depend on each other in a circle. Move what they share to a folder below both.\n{graph.Describe(cycle)}");
    }
}
