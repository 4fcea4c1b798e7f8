using System;
using System.Diagnostics;
using System.Linq;
using System.Text;
using Xunit;

namespace CohereShell.Tests.Documents;

public sealed class TextSplitterTests
{
    [Fact]
    public void Text_is_split_at_paragraphs_then_sentences_then_words()
    {
        string[] chunks = Split("First one. Second one.\n\nThird paragraph is here. And it goes on with words", 30);

        Assert.Equal(["First one. Second one.", "Third paragraph is here.", "And it goes on with words"], chunks);
    }

    [Fact]
    public void A_heading_begins_a_chunk() =>
        Assert.Equal(["Some text of the introduction.", "## Restore\nText of it, a bit longer."], Split("Some text of the introduction.\n## Restore\nText of it, a bit longer.", 45));

    [Fact]
    public void Every_word_is_in_a_chunk_once_and_no_chunk_is_too_long()
    {
        string text = string.Join(' ', Enumerable.Range(0, 5000).Select(index => "word" + index + (index % 17 == 0 ? "." : string.Empty)));
        TextChunk[] chunks = new TextSplitter(100, TextUnit.Characters).Split(text).ToArray();

        Assert.Equal(text, string.Join(' ', chunks.Select(chunk => chunk.Text)));
        Assert.All(chunks, chunk => Assert.InRange(chunk.Text.Length, 1, 100));
        Assert.All(chunks, chunk => Assert.Equal(chunk.Text, text.Substring(chunk.Offset, chunk.Text.Length)));
    }

    [Fact]
    public void The_estimate_of_a_chunk_is_never_more_than_the_maximum()
    {
        string text = string.Join(' ', Enumerable.Range(0, 2000).Select(index => index % 3 == 0 ? "größe" : index % 3 == 1 ? "word" : "漢字"));

        Assert.All(new TextSplitter(20).Split(text), chunk => Assert.InRange(chunk.EstimatedTokens, 1, 20));
    }

    [Fact]
    public void An_overlap_begins_at_a_sentence()
    {
        string[] chunks = Split("One is here. Two is here. Three is here. Four is here. Five is here.", 40, 20);

        Assert.Equal("One is here. Two is here. Three is here.", chunks[0]);
        Assert.StartsWith("Three is here. Four", chunks[1]);
    }

    [Fact]
    public void An_overlap_that_has_no_room_for_a_sentence_begins_at_a_word()
    {
        string[] chunks = Split("a rather long sentence that goes on and on without any end to be seen in it", 30, 10);

        Assert.All(chunks.Skip(1), (chunk) => Assert.Contains(' ' + chunk.Split(' ')[0] + ' ', " a rather long sentence that goes on and on without any end to be seen in it "));
        Assert.True(chunks.Length > 3);
    }

    [Theory]
    [InlineData("e\u0301")]
    [InlineData("👩‍👩‍👧")]
    [InlineData("😀")]
    [InlineData("🇩🇪")]
    public void A_word_that_is_too_long_is_split_between_characters(string character)
    {
        string text = string.Concat(Enumerable.Repeat(character, 200));
        string[] chunks = Split(text, 25);

        Assert.Equal(text, string.Concat(chunks));
        Assert.All(chunks, chunk => Assert.Equal(0, chunk.Length % character.Length));
    }

    [Fact]
    public void A_character_that_is_longer_than_a_chunk_is_split_but_no_surrogate_pair()
    {
        Assert.Equal(["😀", "😀"], Split("😀😀", 1));
        string[] chunks = Split("e" + new string('\u0301', 100), 10);
        Assert.All(chunks, chunk => Assert.InRange(chunk.Length, 1, 10));
    }

    [Theory]
    [InlineData("東京は日本の首都です。人口は多いです。「はい」と言った。終わり。", 12)]
    [InlineData("北京是中国的首都。人口很多。他说：“好的。”结束了。", 12)]
    public void Scripts_without_blanks_are_split_at_sentences(string text, int length)
    {
        string[] chunks = Split(text, length);

        Assert.Equal(text, string.Concat(chunks));
        Assert.All(chunks, chunk => Assert.InRange(chunk.Length, 1, length));
        Assert.All(chunks, chunk => Assert.DoesNotContain(chunk[0], "。、」”"));
        Assert.True(chunks.Count(chunk => "。」”".Contains(chunk[^1])) >= chunks.Length - 1, string.Join('|', chunks));
    }

    [Fact]
    public void Thai_text_is_split_between_characters()
    {
        string text = string.Concat(Enumerable.Repeat("ภาษาไทยไม่มีช่องว่างระหว่างคำ", 20));
        string[] chunks = Split(text, 50);

        Assert.Equal(text, string.Concat(chunks));
        Assert.All(chunks, chunk => Assert.NotEqual(System.Globalization.UnicodeCategory.NonSpacingMark, char.GetUnicodeCategory(chunk[0])));
    }

    [Fact]
    public void An_abbreviation_does_not_end_a_sentence() =>
        Assert.Equal(["We met Dr. Smith there.", "He left early."], Split("We met Dr. Smith there. He left early.", 30));

    [Fact]
    public void The_lines_of_a_wrapped_sentence_stay_together() =>
        Assert.Equal(["The first sentence ends here.", "The second one is\nwrapped after a word."], Split("The first sentence ends here. The second one is\nwrapped after a word.", 49));

    [Fact]
    public void The_header_of_a_table_is_in_each_chunk_and_rows_stay_whole()
    {
        const string Header = "Name,Note\n";
        var table = new Document { Text = Header + string.Concat(Enumerable.Range(0, 40).Select(index => $"host{index},\"a. B\nsecond line\"\n")), HeaderLength = Header.Length };
        TextChunk[] chunks = new TextSplitter(120, TextUnit.Characters).Split(table).ToArray();

        Assert.True(chunks.Length > 5);
        Assert.All(chunks, chunk => Assert.StartsWith(Header + "host", chunk.Text));
        Assert.All(chunks, chunk => Assert.EndsWith("second line\"", chunk.Text));
        Assert.All(chunks, chunk => Assert.InRange(chunk.Text.Length, 1, 120));
        Assert.Equal(40, chunks.Sum(chunk => chunk.Text.Split("host").Length - 1));
    }

    [Theory]
    [InlineData("line of words without an end ", 0)]
    [InlineData("x", 0)]
    [InlineData("漢", 20)]
    [InlineData("A sentence. ", 100)]
    [InlineData("a\n\n\n\n", 10)]
    [InlineData(" ", 0)]
    [InlineData("\"a,b\n", 10)]
    public void Ten_million_characters_do_not_take_minutes(string repeated, int overlap)
    {
        string text = new StringBuilder(10_000_000 + repeated.Length).Insert(0, repeated, 10_000_000 / repeated.Length).ToString();
        var elapsed = Stopwatch.StartNew();
        int count = new TextSplitter(512, TextUnit.EstimatedTokens, overlap).Split(text).Count();

        // It takes a second. If the time grew with the square of the length, it would be hours.
        Assert.True(elapsed.Elapsed < Hang.Limit, $"{elapsed.Elapsed} for {count} chunks");
    }

    [Fact]
    public void Random_texts_are_covered_in_order_by_chunks_that_are_not_too_long()
    {
        string[] parts = ["a", "word", " ", "  ", "\n", "\n\n", ". ", "。", "漢", "é", "😀", "e\u0301", "\"", ",", "# ", "\r\n", "-", "\t", "B", "\ud83d", "\u200d"];
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 120)).Select(_ => parts[random.Next(parts.Length)]));
            int maximum = random.Next(1, 40);
            int overlap = random.Next(0, (maximum / 2) + 1);
            TextUnit unit = random.Next(2) == 0 ? TextUnit.Characters : TextUnit.EstimatedTokens;
            var document = new Document { Text = text, HeaderLength = random.Next(4) == 0 ? text.IndexOf('\n') + 1 : 0 };
            TextChunk[] chunks = new TextSplitter(maximum, unit, overlap).Split(document).ToArray();

            int covered = 0;
            foreach (TextChunk chunk in chunks)
            {
                string own = document.HeaderLength > 0 && !text[chunk.Offset..].StartsWith(chunk.Text, StringComparison.Ordinal) ? chunk.Text[document.HeaderLength..] : chunk.Text;
                Assert.True(text.AsSpan(chunk.Offset).StartsWith(own), $"seed {seed}");
                Assert.True(chunk.Offset + own.Length > covered, $"seed {seed}: no progress");
                if (chunk.Offset > covered)
                {
                    string left = text[covered..chunk.Offset];
                    Assert.True(string.IsNullOrWhiteSpace(left) || left.Trim() == text[..document.HeaderLength].Trim(), $"seed {seed}: lost '{left}'");
                }

                covered = chunk.Offset + own.Length;
                // A character can be longer than the smallest chunks.
                Assert.True(unit == TextUnit.Characters ? chunk.Text.Length <= Math.Max(3, maximum) : chunk.EstimatedTokens <= Math.Max(3, maximum), $"seed {seed}: too long");
            }

            Assert.True(string.IsNullOrWhiteSpace(text[covered..]) || text[covered..].Trim() == text[..document.HeaderLength].Trim(), $"seed {seed}: the end is lost");
        }
    }

    private static string[] Split(string text, int length, int overlap = 0) => new TextSplitter(length, TextUnit.Characters, overlap).Split(text).Select(chunk => chunk.Text).ToArray();
}
