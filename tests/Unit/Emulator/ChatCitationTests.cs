using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Citations in answers from documents and tools, and their positions.</summary>
public sealed class ChatCitationTests
{
    [Theory]
    [InlineData("""["The backup runs at two."]""")]
    [InlineData("""["Přílišná záloha: the backup runs at dvě. The backup is žluťoučká."]""")]
    [InlineData("""["🎉🎉 The backup 💾 runs at two. And the backup 👩‍👩‍👧 ends at four."]""")]
    [InlineData("""["e\u0301te\u0301 of the backup. The backup runs twice."]""")]
    public async Task Start_and_end_count_code_points(string documents)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("When does the backup run?", "\"documents\":" + documents);
        Rune[] text = [.. answer.Text.EnumerateRunes()];

        Assert.NotEmpty(answer.Citations);
        Assert.All(answer.Citations, citation =>
        {
            int start = citation.GetProperty("start").GetInt32();
            int end = citation.GetProperty("end").GetInt32();
            Assert.Equal(citation.GetProperty("text").GetString(), string.Concat(text[start..end]));
        });
    }

    [Fact]
    public async Task The_sentence_that_matches_the_question_is_cited_with_its_document()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("When does the backup run?", ChatSamples.Documents);
        JsonElement citation = Assert.Single(answer.Citations);
        JsonElement source = citation.GetProperty("sources")[0];

        Assert.Equal("The 💾 backup runs at two", citation.GetProperty("text").GetString());
        Assert.Equal("runbook", source.GetProperty("id").GetString());
        Assert.Equal("Backup", source.GetProperty("document").GetProperty("title").GetString());
        Assert.Equal("runbook", source.GetProperty("document").GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_document_without_an_id_gets_an_id_from_its_position()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("backup", """ "documents":["Nothing here.","The backup."] """);
        Assert.Equal("doc:1", Assert.Single(answer.Citations).GetProperty("sources")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_sentence_in_two_documents_has_two_sources()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("backup", """ "documents":["The backup runs.","The backup runs."] """);
        Assert.Equal(2, Assert.Single(answer.Citations).GetProperty("sources").GetArrayLength());
    }

    [Fact]
    public async Task A_question_without_a_matching_sentence_is_answered_from_the_first_sentence_of_each_document()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Summarise", """ "documents":["One. Two.","Three. Four."] """);
        Assert.Equal(["One", "Three"], answer.Citations.Select(citation => citation.GetProperty("text").GetString()));
    }

    [Theory]
    [InlineData("OFF")]
    [InlineData("DISABLED")]
    public async Task Citations_can_be_turned_off(string mode)
    {
        string fields = $"{ChatSamples.Documents},\"citation_options\":{{\"mode\":\"{mode}\"}}";
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("When does the backup run?", fields);
        Assert.Empty(answer.Citations);
        Assert.Contains("backup", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_citation_contains_the_index_of_its_block()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("When does the backup run?", ChatSamples.Documents + ",\"thinking\":{\"type\":\"enabled\"}");
        Assert.Equal(1, Assert.Single(answer.Citations).GetProperty("content_index").GetInt32());
    }

    [Fact]
    public async Task A_citation_beyond_the_end_of_the_text_is_left_out()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("When does the backup run?", ChatSamples.Documents + ",\"max_tokens\":8");
        Assert.Empty(answer.Citations);
    }

    [Fact]
    public async Task An_answer_from_a_tool_cites_its_output()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("", $"\"tools\":[{ChatSamples.WeatherTool}],{ChatSamples.ToolHistory}");
        JsonElement source = Assert.Single(answer.Citations).GetProperty("sources")[0];

        Assert.Contains("temperature: 4, sky: grey 🌧", answer.Text, StringComparison.Ordinal);
        Assert.Equal("tool", source.GetProperty("type").GetString());
        Assert.Equal("call_1:0", source.GetProperty("id").GetString());
        Assert.Equal(4, source.GetProperty("tool_output").GetProperty("temperature").GetInt32());
    }

    [Fact]
    public async Task Each_document_of_a_tool_result_is_a_separate_source()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("", """
            "messages":[{"role":"user","content":"Find it"},{"role":"assistant","tool_calls":[{"id":"c","type":"function"}]},
            {"role":"tool","tool_call_id":"c","content":[{"type":"document","document":{"data":{"row":"first"}}},{"type":"text","text":"second"}]}]
            """);
        Assert.Equal(["c:0", "c:1"], answer.Citations.Select(citation => citation.GetProperty("sources")[0].GetProperty("id").GetString()));
        Assert.Equal("second", answer.Citations[1].GetProperty("sources")[0].GetProperty("tool_output").GetProperty("content").GetString());
    }
}
