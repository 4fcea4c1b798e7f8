namespace CohereShell;

/// <summary>What the size of a chunk is measured in.</summary>
public enum TextUnit
{
    /// <summary>UTF-16 characters, as the Length of a string.</summary>
    Characters,

    /// <summary>Tokens, estimated on this computer: the number of UTF-8 bytes by three, more than most texts have.</summary>
    EstimatedTokens,
}

/// <summary>
/// Splits texts into chunks: at headings, paragraphs, sentences and then words. A word that is longer than a chunk is the
/// only one that is split, between characters as a reader sees them. The same text gives the same chunks, and the time
/// grows with the length of the text only.
/// </summary>
public sealed class TextSplitter
{
    private readonly int _maximum;
    private readonly int _overlap;
    private readonly TextUnit _unit;

    /// <summary>Creates a splitter.</summary>
    /// <param name="maximum">The maximum size of a chunk, at least 1.</param>
    /// <param name="unit">What sizes are measured in.</param>
    /// <param name="overlap">
    /// The maximum size of the text at the end of a chunk that is repeated at the start of the next one: at most half of the
    /// maximum. It begins at a sentence or, if the last sentence is longer, at a word.
    /// </param>
    public TextSplitter(int maximum, TextUnit unit = TextUnit.EstimatedTokens, int overlap = 0)
    {
        _maximum = maximum >= 1 ? maximum : throw new ArgumentOutOfRangeException(nameof(maximum), "A chunk must have at least one character or token.");
        _overlap = overlap >= 0 && overlap <= maximum / 2 ? overlap : throw new ArgumentOutOfRangeException(nameof(overlap), "The overlap must be from 0 to half of the maximum.");
        _unit = unit;
    }

    /// <summary>Splits a text.</summary>
    /// <param name="text">The text.</param>
    public IEnumerable<TextChunk> Split(string text) => Split(new Document { Text = text ?? throw new ArgumentNullException(nameof(text)) }, text);

    /// <summary>Splits a document. Each chunk has its title, heading, page and path.</summary>
    /// <param name="document">The document.</param>
    public IEnumerable<TextChunk> Split(Document document) => Split(document ?? throw new ArgumentNullException(nameof(document)), document);

    /// <summary>Splits a document at tokens that the service counted.</summary>
    /// <param name="document">The document.</param>
    /// <param name="inputObject">The object that the chunks refer to.</param>
    /// <param name="tokenEnds">The position after each token, in order; null to measure on this computer.</param>
    internal IEnumerable<TextChunk> Split(Document document, object inputObject, int[]? tokenEnds = null)
    {
        string text = document.Text;
        ITextMeasure measure = tokenEnds is not null ? new TokenMeasure(tokenEnds) : _unit == TextUnit.Characters ? new CharacterMeasure() : new ByteMeasure(text);
        string header = HeaderOf(document, measure);
        var finder = new TextBreaks(text, measure, _maximum - measure.Count(0, header.Length), _overlap) { HasRows = document.HeaderLength > 0 };
        long index = 0;
        foreach ((int start, int end) in finder.From(header.Length))
        {
            string chunk = header + text.Substring(start, end - start);
            yield return new TextChunk
            {
                Index = index++,
                Title = string.IsNullOrEmpty(document.Title) ? null : document.Title,
                Heading = document.Heading,
                Page = document.Page,
                Path = document.Path,
                Offset = start,
                EstimatedTokens = TokenEstimate.Of(chunk),
                Tokens = tokenEnds is null ? null : measure.Count(0, header.Length) + measure.Count(start, end),
                Text = chunk,
                InputObject = inputObject,
            };
        }
    }

    // A header that takes most of a chunk isn't repeated, and neither is one without rows.
    private string HeaderOf(Document document, ITextMeasure measure) =>
        document.HeaderLength > 0 && document.HeaderLength < document.Text.TrimEnd().Length && measure.Count(0, document.HeaderLength) <= _maximum / 2
            ? document.Text.Substring(0, document.HeaderLength)
            : string.Empty;
}
