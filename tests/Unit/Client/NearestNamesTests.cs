using Xunit;

namespace CohereShell.Tests;

public sealed class NearestNamesTests
{
    private static readonly string[] Models = ["command-a-03-2025", "command-a-plus-05-2026", "command-r-08-2024", "command-r7b-12-2024", "embed-v4.0", "rerank-v4.0-pro", "rerank-v4.0-fast"];

    [Theory]
    [InlineData("command-a-03-2024", "command-a-03-2025")]
    [InlineData("command-a", "command-a-03-2025")]
    [InlineData("comand-a", "command-a-03-2025")]
    [InlineData("comand-r7b", "command-r7b-12-2024")]
    [InlineData("rerank-v4-pro", "rerank-v4.0-pro")]
    [InlineData("rerank-4.0", "rerank-v4.0-pro rerank-v4.0-fast")]
    public void A_name_with_a_typo_or_without_its_end_is_recognized(string written, string one) =>
        Assert.Contains(NearestNames.For(written, Models), one.Split(' '));

    [Fact]
    public void A_name_in_another_case_is_the_only_suggestion() => Assert.Equal(["command-a-03-2025"], NearestNames.All("COMMAND-A-03-2025", Models));

    [Theory]
    [InlineData("gpt-4o")]
    [InlineData("claude")]
    [InlineData("llama-3-70b")]
    [InlineData("bed-x")]
    public void Another_name_has_no_similar_one(string written) => Assert.Null(NearestNames.For(written, Models));
}
