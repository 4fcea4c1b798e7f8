using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace CohereShell.Tests;

/// <summary>Holds the tables of the documents to what they are tables of.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void The_troubleshooting_guide_has_every_error_and_no_other()
    {
        string source = Repository.Read("src", "CohereShell", "Errors", "ErrorRecords.cs");
        IEnumerable<string> made = MadeError().Matches(source).SelectMany(match => match.Groups.Values.Skip(1).Where(id => id.Success).Select(id => id.Value)).Concat(Enum.GetNames<ErrorReason>()).Concat(Enum.GetNames<EmbeddingProblem>());
        IEnumerable<string> told = ErrorRow().Matches(Repository.Read("docs", "guides", "troubleshooting.md")).SelectMany(match => match.Groups[1].Captures.Select(id => id.Value));

        Assert.Equal(made.Distinct().Order(StringComparer.Ordinal), told.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_first_help_topic_has_every_cmdlet_and_no_other()
    {
        IEnumerable<string> told = CmdletRow().Matches(Repository.Read("docs", "en-US", "about_CohereShell.md")).Select(match => match.Groups[1].Value);

        Assert.Equal(Repository.Cmdlets.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"(?:nameof\((?:ErrorReason\.)?(\w+)\)(?: : ""(\w+)"")?),\s*(?:ErrorCategory|category|exception is)")]
    private static partial Regex MadeError();

    [GeneratedRegex(@"^\| (?:CohereShell\.(\w+),? )+\|", RegexOptions.Multiline)]
    private static partial Regex ErrorRow();

    [GeneratedRegex(@"^\| (\w+-Cohere\w*) \|", RegexOptions.Multiline)]
    private static partial Regex CmdletRow();
}
