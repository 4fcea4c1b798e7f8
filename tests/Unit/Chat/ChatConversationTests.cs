using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class ChatConversationTests
{
    [Fact]
    public void A_conversation_is_read_back_unchanged()
    {
        ChatConversation conversation = Full();

        ChatConversation read = ChatConversation.FromJson(conversation.ToJson());

        Assert.Equal("command-a-03-2025", read.Model);
        Assert.Equal(Wire(conversation), Wire(read));
        Assert.NotNull(read.SavedAt);
        Assert.Equal("get_events", read.Messages[2].ToolCalls[0].Name);
        Assert.Equal(4625L, read.Messages[2].ToolCalls[0].Arguments!["id"]);
        Assert.Equal(ImageDetail.High, read.Messages[1].Content[1].ImageDetail);
        Citation citation = read.Messages[4].Citations[0];
        Assert.Equal("is", read.Messages[4].Text.Substring(citation.Start, citation.End - citation.Start));
        Assert.Equal("Policy", citation.Sources[0].Document!["title"]);
    }

    [Fact]
    public async Task A_saved_conversation_is_sent_like_the_original()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(server);
        ChatClient chat = new CohereClient(session).Chat;
        ChatConversation conversation = Full();

        await chat.SendAsync(new ChatRequest { Messages = conversation.Messages });
        await chat.SendAsync(new ChatRequest { Messages = ChatConversation.FromJson(conversation.ToJson()).Messages });

        Assert.Equal(server.Requests[0].Body, server.Requests[1].Body);
    }

    [Fact]
    public void A_file_is_replaced_when_the_new_one_is_complete()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string path = Path.Combine(folder, "c.json");
        File.WriteAllText(path, "old");

        Full().Save(path);

        Assert.Equal(5, ChatConversation.Load(path).Messages.Count);
        Assert.Single(Directory.GetFiles(folder));
        Assert.Throws<DirectoryNotFoundException>(() => Full().Save(Path.Combine(folder, "none", "c.json")));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("", "isn't JSON")]
    [InlineData("{\"format\":\"CohereShell.ChatConversation\",\"version\":1,\"messages\":[{\"role\":\"us", "isn't JSON")]
    [InlineData("[]", "doesn't have \"format\"")]
    [InlineData("""{"messages":[]}""", "doesn't have \"format\"")]
    [InlineData("""{"format":"CohereShell.ChatConversation","messages":[]}""", "its version")]
    [InlineData("""{"format":"CohereShell.ChatConversation","version":2,"messages":[]}""", "Update the module")]
    [InlineData("""{"format":"CohereShell.ChatConversation","version":1}""", "doesn't have messages")]
    [InlineData("""{"format":"CohereShell.ChatConversation","version":1,"messages":[{"role":"user","content":"a"},{"content":"b"}]}""", "in message 2, the role is missing")]
    [InlineData("""{"format":"CohereShell.ChatConversation","version":1,"messages":[{"role":"king","content":"a"}]}""", "in message 1, 'king' isn't a valid role")]
    [InlineData("""{"format":"CohereShell.ChatConversation","version":1,"messages":[{"role":"user","content":7}]}""", "must be a string or a list")]
    [InlineData("""{"format":"CohereShell.ChatConversation","version":1,"messages":[{"role":"user","content":[{"type":"image_url"}]}]}""", "image_url is missing")]
    [InlineData("""{"format":"CohereShell.ChatConversation","version":1,"messages":[{"role":"user","content":[{"type":"sound"}]}]}""", "doesn't have a valid type: 'sound'")]
    [InlineData("""{"format":"CohereShell.ChatConversation","version":1,"messages":[{"role":"assistant","tool_calls":[{"id":"x"}]}]}""", "function is missing")]
    [InlineData("""{"format":"CohereShell.ChatConversation","version":1,"messages":[{"role":"assistant","tool_calls":{"id":"x"}}]}""", "tool_calls isn't a list")]
    [InlineData("""{"format":"CohereShell.ChatConversation","version":1,"messages":[{"role":"assistant","content":"a","citations":[{"start":"no"}]}]}""", "a citation is damaged")]
    [InlineData("""{"format":"CohereShell.ChatConversation","version":1,"messages":[null]}""", "in message 1, the message is missing")]
    public void The_error_for_a_damaged_file_says_what_is_wrong(string json, string expected)
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, json);

        InvalidDataException text = Assert.Throws<InvalidDataException>(() => ChatConversation.FromJson(json));
        InvalidDataException file = Assert.Throws<InvalidDataException>(() => ChatConversation.Load(path));

        Assert.Contains(expected, text.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, file.Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_an_error()
    {
        string json = Full().ToJson();
        for (int length = 0; length < json.Length; length += 7)
        {
            Assert.Throws<InvalidDataException>(() => ChatConversation.FromJson(json.Substring(0, length)));
        }
    }

    private static string Wire(ChatConversation conversation) =>
        string.Join("\n", conversation.Messages.Select(message => JsonSerializer.Serialize(message, ChatJsonContext.Default.ChatMessage)));

    private static ChatConversation Full()
    {
        // The service counts the emoji as one character.
        Citation citation = new Citation
        {
            Start = 2,
            End = 4,
            Text = "is",
            Type = "TEXT_CONTENT",
            Sources = [new CitationSource(JsonDocument.Parse("""{"type":"document","id":"d","document":{"id":"d","title":"Policy","n":[1,{"a":null}]}}""").RootElement)],
        }.In("\ud83d\ude00 is fine");
        return new ChatConversation(
            [
                new ChatMessage(ChatRole.System, "Be brief."),
                new ChatMessage(ChatRole.User, [ChatContent.FromText("What is \"this\"?\n"), ChatContent.FromImage("data:image/png;base64,AAAA", ImageDetail.High), ChatContent.FromImage("https://example.com/a.png")]),
                new ChatMessage(ChatRole.Assistant, []) { ToolPlan = "I look.", ToolCalls = [new ToolCall("c1", "get_events", """{"id":4625}"""), new ToolCall("c2", "get_events", "{broken")] },
                new ChatMessage(ChatRole.Tool, [ChatContent.FromDocument(new ChatDocument(JsonDocument.Parse("""{"n":1}""").RootElement, "x")), ChatContent.FromText("two")]) { ToolCallId = "c1" },
                new ChatMessage(ChatRole.Assistant, [ChatContent.FromThinking("Hm."), ChatContent.FromText("\ud83d\ude00 is fine")]) { Citations = [citation with { ContentIndex = 1 }] },
            ],
            "command-a-03-2025");
    }
}
