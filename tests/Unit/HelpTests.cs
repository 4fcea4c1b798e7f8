using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace CohereShell.Tests;

/// <summary>
/// Holds the compiled help to its pages where PlatyPS is not at hand; with it, tools/Build-Help.ps1 -Check compares
/// every letter.
/// </summary>
public sealed partial class HelpTests
{
    public static TheoryData<string> Pages =>
        new(Cmdlets);

    private static IEnumerable<string> Cmdlets =>
        Directory.GetFiles(Path.Combine(Repository.Root, "docs", "en-US"), "*-*.md").Select(path => Path.GetFileNameWithoutExtension(path));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Compiled_help_has_the_synopsis_the_parameters_and_the_examples_of_its_page(string cmdlet)
    {
        string page = Repository.Read("docs", "en-US", cmdlet + ".md");
        XElement compiled = Assert.Single(Commands(), command => Named(command, "name").First().Value.Trim() == cmdlet);

        Assert.Contains(Words(Section(page, "SYNOPSIS")), Words(compiled.Elements().First(element => element.Name.LocalName == "details").Value), StringComparison.Ordinal);
        Assert.Equal(
            ParameterHeading().Matches(Section(page, "PARAMETERS")).Select(match => match.Groups[1].Value).Where(name => name != "CommonParameters").Order(StringComparer.Ordinal),
            compiled.Elements().Where(element => element.Name.LocalName == "parameters").Elements().Select(parameter => Named(parameter, "name").First().Value.Trim()).Order(StringComparer.Ordinal));
        Assert.Equal(
            ExampleHeading().Count(Section(page, "EXAMPLES")),
            compiled.Elements().Where(element => element.Name.LocalName == "examples").Elements().Count());
    }

    [Fact]
    public void Compiled_help_has_no_command_without_a_page() =>
        Assert.Equal(
            Cmdlets.Order(StringComparer.Ordinal),
            Commands().Select(command => Named(command, "name").First().Value.Trim()).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_exported_cmdlet_has_a_page() =>
        Assert.Equal(Repository.Cmdlets.Order(StringComparer.Ordinal), Cmdlets.Order(StringComparer.Ordinal));

    private static IEnumerable<XElement> Commands() =>
        XDocument.Load(Path.Combine(Repository.Root, "en-US", "CohereShell.dll-Help.xml")).Root!.Elements().Where(element => element.Name.LocalName == "command");

    private static IEnumerable<XElement> Named(XElement element, string name) =>
        element.Descendants().Where(descendant => descendant.Name.LocalName == name);

    private static string Section(string page, string name)
    {
        int start = page.IndexOf($"\n## {name}\n", StringComparison.Ordinal);
        int end = page.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return page[(start + name.Length + 5)..(end < 0 ? page.Length : end)];
    }

    // Marks of Markdown and line breaks are not part of what is compared.
    private static string Words(string text) => string.Join(' ', WordCharacters().Matches(text).Select(match => match.Value));

    [GeneratedRegex(@"^### -(\w+)", RegexOptions.Multiline)]
    private static partial Regex ParameterHeading();

    [GeneratedRegex("^### Example ", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex ExampleHeading();

    [GeneratedRegex(@"[\w-]+")]
    private static partial Regex WordCharacters();
}
