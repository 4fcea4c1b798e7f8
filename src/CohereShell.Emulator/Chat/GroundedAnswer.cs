using System.Text;

namespace CohereShell.Emulation;

/// <summary>Composes answers from documents or tool results, with a citation for each sentence that is used.</summary>
internal static class GroundedAnswer
{
    private const int MaxSentences = 3;

    // Properties that describe a document but aren't its content.
    private static readonly string[] Metadata = ["title", "url", "id", "source", "author", "date", "timestamp"];

    internal static ChatAnswer FromDocuments(ChatInput request)
    {
        IReadOnlyList<Passage> passages = Best(request.LastUserTurn.Text, request.Documents);
        return passages.Count == 0
            ? new ChatAnswer { Text = "The documents hold no text that I could answer from." }
            : Compose("According to the documents: ", passages, request.WantsCitations);
    }

    internal static ChatAnswer FromTools(ChatInput request)
    {
        Passage[] passages = request.ToolResults
            .Select(result => new Passage(result.Text.Trim(), [writer => WriteToolSource(writer, result)]))
            .ToArray();
        return Compose("This is what I found: ", passages, request.WantsCitations);
    }

    // The sentences that share most words with the question. If no sentence shares a word, the first of each document.
    private static Passage[] Best(string question, IReadOnlyList<SourceDocument> documents)
    {
        HashSet<string> asked = Words.Meaning(question);
        Sentence[] sentences = documents.SelectMany((document, index) => Sentences(document, index, asked)).ToArray();
        int best = sentences.Select(sentence => sentence.Score).DefaultIfEmpty(0).Max();
        IEnumerable<Sentence> chosen = best > 0
            ? sentences.Where(sentence => sentence.Score > 0 && sentence.Score * 2 >= best).OrderByDescending(sentence => sentence.Score)
            : sentences.GroupBy(sentence => sentence.Document).Select(group => group.First());
        return chosen.GroupBy(sentence => sentence.Text, StringComparer.Ordinal)
            .Take(MaxSentences)
            .Select(group => new Passage(group.Key, group.Select(sentence => sentence.Document).Distinct().Select(Source).ToArray()))
            .ToArray();

        Action<Utf8JsonWriter> Source(int index) => documents[index].WriteSource;
    }

    private static IEnumerable<Sentence> Sentences(SourceDocument document, int index, HashSet<string> asked)
    {
        KeyValuePair<string, string>[] texts = document.Texts().ToArray();
        KeyValuePair<string, string>[] bodies = texts.Where(text => !Metadata.Contains(text.Key, StringComparer.OrdinalIgnoreCase)).ToArray();
        return from text in bodies.Length > 0 ? bodies : texts
               from sentence in Words.Sentences(text.Value)
               select new Sentence(sentence, index, Words.Meaning(sentence).Count(asked.Contains));
    }

    private static ChatAnswer Compose(string start, IReadOnlyList<Passage> passages, bool wantsCitations)
    {
        var text = new StringBuilder(start);
        var citations = new List<ChatCitation>();
        foreach (Passage passage in passages)
        {
            int from = text.Length;
            string cited = passage.Text.TrimEnd('.', '!', '?', '。', '！', '？');
            cited = cited.Length == 0 ? passage.Text : cited;
            text.Append(cited);
            citations.Add(new ChatCitation(from, text.Length, passage.Sources));
            text.Append(passage.Text.Length > cited.Length ? passage.Text.Substring(cited.Length) : ".").Append(' ');
        }

        return new ChatAnswer { Text = text.ToString().TrimEnd(), Citations = wantsCitations ? citations : [] };
    }

    private static void WriteToolSource(Utf8JsonWriter writer, ChatToolResult result)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "tool");
        writer.WriteString("id", result.SourceId);
        writer.WritePropertyName("tool_output");
        if (result.Output is { } output)
        {
            output.WriteTo(writer);
        }
        else
        {
            writer.WriteStartObject();
            writer.WriteString("content", result.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private sealed record Sentence(string Text, int Document, int Score);

    private sealed record Passage(string Text, IReadOnlyList<Action<Utf8JsonWriter>> Sources);
}
