using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Xunit;

namespace CohereShell.Tests;

public sealed class CitedTextTests
{
    [Fact]
    public void Numbers_follow_the_cited_text_and_the_sources_are_at_the_end()
    {
        Assert.Equal(
            "Logs: 400 days [1]. Backups: 35 days [2].\n\nSources:\n\n1. Retention policy (p1)\n2. p2",
            Markdown("Logs: 400 days. Backups: 35 days.", ("400 days", ["p1|Retention policy"]), ("35 days", ["p2"])));
    }

    [Fact]
    public void A_source_has_one_number_for_all_its_citations()
    {
        Assert.StartsWith("One [1], two [2], three [1].\n\nSources:", Markdown("One, two, three.", ("One", ["a"]), ("two", ["b"]), ("three", ["a"])), StringComparison.Ordinal);
    }

    [Theory]
    // Two citations with the same end: one position, numbers in order.
    [InlineData("One two.", "One two|b", "two|a", "One two [1][2].")]
    // One inside the other, with the same source.
    [InlineData("One two three.", "One two three|a", "two|a", "One two three [1].")]
    // Overlapping, with the same source.
    [InlineData("One two three.", "One two|a", "two three|a", "One two three [1].")]
    // Overlapping, with different sources.
    [InlineData("One two three.", "One two|a", "two three|b", "One two [1] three [2].")]
    // One follows the other.
    [InlineData("One two.", "One|a", "two|a", "One two [1].")]
    [InlineData("One two.", "One|a", "two|b", "One [1] two [2].")]
    [InlineData("One. Two.", "One|a", "Two|a", "One [1]. Two [1].")]
    public void Adjacent_citations_are_distinguished_by_their_sources(string text, string first, string second, string expected)
    {
        string[] one = first.Split('|');
        string[] two = second.Split('|');

        Assert.Equal(expected, Text(text, (one[0], [one[1]]), (two[0], [two[1]])));
    }

    [Fact]
    public void A_citation_of_several_sources_has_several_numbers()
    {
        Assert.Equal("One [1][2].", Text("One.", ("One", ["a", "b"])));
    }

    [Theory]
    [InlineData("Run:\n```powershell\nGet-Service\n```\nDone.", "Get-Service", "Run:\n```powershell\nGet-Service\n```\n\n[1]\n\nDone.")]
    [InlineData("Run:\n```\na\n```", "a", "Run:\n```\na\n```\n\n[1]")]
    [InlineData("Run:\n```\na\n```\n\nDone.", "```\na\n```", "Run:\n```\na\n```\n\n[1]\n\nDone.")]
    [InlineData("~~~\n```\na\n~~~\nb", "a", "~~~\n```\na\n~~~\n\n[1]\n\nb")]
    [InlineData("````\n```\na\n```\nb\n````\nc", "b", "````\n```\na\n```\nb\n````\n\n[1]\n\nc")]
    [InlineData("- Step:\n  ```\n  a\n  ```\n- Next", "a", "- Step:\n  ```\n  a\n  ```\n\n  [1]\n\n- Next")]
    [InlineData("```\nnever closed", "never", "```\nnever closed\n\n[1]")]
    [InlineData("Code:\n\n    Get-Service\n    Get-Process\n\nDone.", "Get-Service", "Code:\n\n    Get-Service\n    Get-Process\n\n[1]\n\nDone.")]
    [InlineData("- One\n\n    more of one.", "more of one", "- One\n\n    more of one [1].")]
    [InlineData("Use `Get-Service -Name x` now.", "Get-Service", "Use `Get-Service -Name x` [1] now.")]
    [InlineData("Use ``a`b`` now.", "``a`", "Use ``a`b`` [1] now.")]
    [InlineData("See [the page](https://example.com/a_(b)) for it.", "the page", "See [the page](https://example.com/a_(b)) [1] for it.")]
    [InlineData("See https://example.com/a/b?c=d now.", "https://example.com/a", "See https://example.com/a/b?c=d [1] now.")]
    [InlineData("A `tick and no end, cited.", "no end", "A `tick and no end [1], cited.")]
    public void Code_links_and_addresses_are_not_split(string text, string cited, string expected)
    {
        Assert.Equal(expected, Text(text, (cited, ["a"])));
    }

    [Theory]
    [InlineData("A(b) c", "A", "A [1] (b) c")]
    [InlineData("A: b", "A", "A [1] : b")]
    [InlineData("A \nb", "A \n", "A [1] \nb")]
    [InlineData("\ud83d\ude00 a", "\ud83d\ude00", "\ud83d\ude00 [1] a")]
    [InlineData("**bold** b", "bold", "**bold [1]** b")]
    [InlineData("First.\r\nSecond.", "First.\r\n", "First. [1]\r\nSecond.")]
    public void Numbers_form_no_links_and_start_no_lines(string text, string cited, string expected)
    {
        Assert.Equal(expected, Text(text, (cited, ["a"])));
    }

    [Theory]
    [InlineData("""{"title":"A [b] *c*","url":"https://example.com/x y>"}""", @"[A \[b\] \*c\*](<https://example.com/x%20y%3E>) (s)")]
    [InlineData("""{"title":"T","url":"http://intranet.example/x"}""", "[T](<http://intranet.example/x>) (s)")]
    [InlineData("""{"title":"T","url":"javascript:alert(1)"}""", "T (s)")]
    [InlineData("""{"Name":"Two\nlines"}""", "Two lines (s)")]
    [InlineData("""{"text":"no\n*title*"}""", @"s: no \*title\*")]
    [InlineData("""{"n":1}""", "s")]
    [InlineData("""{"file":"a.txt","text":"t"}""", "a.txt (s)")]
    [InlineData("""{"title":"- item"}""", @"\- item (s)")]
    [InlineData("""{"title":"2. item"}""", @"2\. item (s)")]
    [InlineData("""{"title":"2.5 items"}""", "2.5 items (s)")]
    [InlineData("""{"title":"&lt;b&gt; R&D"}""", @"\&lt;b\&gt; R&D (s)")]
    [InlineData("""{"title":"e\u001b[31mvil"}""", @"e␛\[31mvil (s)")]
    public void A_source_has_its_title_address_and_id(string document, string expected)
    {
        var source = new CitationSource(JsonDocument.Parse($$"""{"type":"document","id":"s","document":{{document}}}""").RootElement);

        string markdown = Response("One.", [Citation("One.", "One", source)]).ToMarkdown();

        Assert.EndsWith("1. " + expected, markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_from_a_file_has_its_path()
    {
        var document = new ChatDocument("One", "a.txt") { Path = "/data/a`b.txt" };
        CitationSource source = new CitationSource(JsonDocument.Parse("""{"type":"document","id":"a.txt"}""").RootElement).With(document);

        Assert.EndsWith("1. a.txt in `` /data/a`b.txt ``", Response("One.", [Citation("One.", "One", source)]).ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tool_result_has_the_name_of_the_tool()
    {
        var source = new CitationSource(JsonDocument.Parse("""{"type":"tool","id":"call_1:0","tool_output":{"n":1}}""").RootElement);
        var called = new ChatMessage(ChatRole.Assistant, []) { ToolCalls = [new ToolCall("call_1", "get_service", "{}")] };

        var response = new ChatResponse(new ChatMessage(ChatRole.Assistant, "One.") { Citations = [Citation("One.", "One", source)] }, new ChatRequest { Messages = [called] });

        Assert.EndsWith("1. get\\_service (call\\_1:0)", response.ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Thoughts_and_plans_are_not_part_of_the_text()
    {
        CitationSource source = Source("a");
        var message = new ChatMessage(ChatRole.Assistant, [ChatContent.FromThinking("I think."), ChatContent.FromText("One. "), ChatContent.FromText("Two.")])
        {
            ToolPlan = "I look",
            Citations =
            [
                new Citation { Start = 0, End = 1, Text = "I", Sources = [source], Type = "PLAN" },
                new Citation { Start = 0, End = 7, Text = "I think", Sources = [source], Type = "THINKING_CONTENT" },
                new Citation { Start = 0, End = 3, Text = "Two", Sources = [source], ContentIndex = 2, Type = "TEXT_CONTENT" },
            ],
        };

        Assert.StartsWith("One. Two [1].\n", new ChatResponse(message, new ChatRequest()).ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Positions_outside_the_text_are_ignored()
    {
        ChatResponse response = Response("One.", [new Citation { Start = -5, End = 900, Text = "?", Sources = [Source("a")] }, new Citation { Start = 3, End = 1, Text = "?", Sources = [Source("b")] }]);

        Assert.Contains("[1]", response.ToMarkdown(), StringComparison.Ordinal);
        Assert.Contains("[2]", response.ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_without_citations_is_its_text_without_control_characters()
    {
        Assert.Equal("One␛[2J\ttwo", Response("One\u001b[2J\ttwo\n", []).ToMarkdown());
        Assert.Equal(string.Empty, Response(string.Empty, []).ToMarkdown());
    }

    private static string Text(string text, params (string Cited, string[] Sources)[] citations)
    {
        string markdown = Markdown(text, citations);
        return markdown.Substring(0, markdown.IndexOf("\n\nSources:", StringComparison.Ordinal));
    }

    private static string Markdown(string text, params (string Cited, string[] Sources)[] citations) =>
        Response(text, citations.Select(citation => Citation(text, citation.Cited, citation.Sources.Select(Source).ToArray()))).ToMarkdown();

    private static ChatResponse Response(string text, IEnumerable<Citation> citations) =>
        new(new ChatMessage(ChatRole.Assistant, text) { Citations = citations.ToArray() }, new ChatRequest());

    private static Citation Citation(string text, string cited, params CitationSource[] sources)
    {
        int start = text.IndexOf(cited, StringComparison.Ordinal);
        return new Citation { Start = start, End = start + cited.Length, Text = cited, Sources = sources, Type = "TEXT_CONTENT" };
    }

    private static CitationSource Source(string idAndTitle)
    {
        string[] parts = idAndTitle.Split('|');
        string document = parts.Length > 1 ? $$"""{"title":"{{parts[1]}}"}""" : "{}";
        return new CitationSource(JsonDocument.Parse($$"""{"type":"document","id":"{{parts[0]}}","document":{{document}}}""").RootElement);
    }
}
