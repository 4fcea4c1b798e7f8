using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace CohereShell.Tests;

/// <summary>The files in .github can't run on the machine of a developer. These tests check what can be read in them.</summary>
public sealed partial class WorkflowTests
{
    public static TheoryData<string> YamlFiles =>
        new(Directory.EnumerateFiles(Path.Combine(Repository.Root, ".github"), "*.yml", SearchOption.AllDirectories).Select(Relative));

    public static TheoryData<string> Workflows => new(WorkflowFiles);

    public static TheoryData<string> TextsWithTasks => new([.. WorkflowFiles, ".github/PULL_REQUEST_TEMPLATE.md", "README.md", "CONTRIBUTING.md"]);

    private static IEnumerable<string> WorkflowFiles =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, ".github", "workflows")).Select(Relative);

    [Theory]
    [MemberData(nameof(YamlFiles))]
    public void A_file_for_GitHub_is_one_mapping_in_YAML(string path) =>
        Assert.NotEmpty(Load(path).Children);

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_may_only_read_and_each_of_its_jobs_has_a_time_limit(string path)
    {
        YamlMappingNode workflow = Load(path);

        YamlMappingNode permissions = Assert.IsType<YamlMappingNode>(workflow["permissions"]);
        Assert.Equal(["contents: read"], permissions.Select(permission => $"{permission.Key}: {permission.Value}"));
        Assert.All(Jobs(workflow), job => Assert.True(job.Children.ContainsKey("timeout-minutes")));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_names_a_version_of_each_action(string path) =>
        Assert.All(
            Jobs(Load(path)).SelectMany(job => (YamlSequenceNode)job["steps"]).OfType<YamlMappingNode>().Where(step => step.Children.ContainsKey("uses")),
            step => Assert.Matches(@"^[\w-]+/[\w-]+@(v\d+|[0-9a-f]{40})$", step["uses"].ToString()));

    [Theory]
    [MemberData(nameof(TextsWithTasks))]
    public void A_text_names_only_tasks_that_the_build_has(string path)
    {
        string[] named = [.. NamedTask().Matches(Repository.Read(path)).Select(match => match.Groups[1].Value).Distinct()];

        Assert.Empty(named.Except(Tasks()));
    }

    [Fact]
    public void The_workflows_run_the_tests_and_make_the_package()
    {
        IEnumerable<string> run = WorkflowFiles.SelectMany(path => NamedTask().Matches(Repository.Read(path))).Select(match => match.Groups[1].Value);

        Assert.Contains("test", run);
        Assert.Contains("package", run);
    }

    [Fact]
    public void Both_build_scripts_have_the_same_tasks()
    {
        string usage = Usage().Match(Repository.Read("build.sh")).Groups[1].Value;

        Assert.Equal(Tasks().Order(StringComparer.Ordinal), usage.Split('|').Order(StringComparer.Ordinal));
    }

    private static YamlMappingNode Load(string path)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Repository.Read(path)));
        return Assert.IsType<YamlMappingNode>(Assert.Single(yaml.Documents).RootNode);
    }

    private static IEnumerable<YamlMappingNode> Jobs(YamlMappingNode workflow) =>
        ((YamlMappingNode)workflow["jobs"]).Children.Values.Cast<YamlMappingNode>();

    /// <summary>The tasks of build.ps1, from its ValidateSet.</summary>
    private static string[] Tasks()
    {
        string[] tasks = [.. Quoted().Matches(TaskParameter().Match(Repository.Read("build.ps1")).Groups[1].Value).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(tasks);
        return tasks;
    }

    private static string Relative(string path) => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');

    [GeneratedRegex(@"\bbuild\.(?:sh|ps1) ([a-z][a-z0-9-]*)")]
    private static partial Regex NamedTask();

    [GeneratedRegex(@"ValidateSet\(([^)]+)\)\]\s*\[string\]\s*\$Task\b")]
    private static partial Regex TaskParameter();

    [GeneratedRegex(@"'([^']+)'")]
    private static partial Regex Quoted();

    /// <summary>The first line of help: ./build.sh [build|demo|...].</summary>
    [GeneratedRegex(@"\./build\.sh \[([a-z0-9|-]+)\]")]
    private static partial Regex Usage();
}
