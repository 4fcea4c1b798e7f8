using System.Globalization;

namespace CohereShell;

/// <summary>
/// What an image of a document contains: its text, tables and images.
/// See <see href="https://docs.cohere.com/reference/parse"/>.
/// </summary>
public sealed class ParsedDocument
{
    /// <summary>Creates a document from its pages.</summary>
    /// <param name="pages">The pages.</param>
    internal ParsedDocument(IReadOnlyList<ParsedPage> pages)
    {
        Pages = pages;
        Text = MarkdownParts.Join(pages.Select(page => page.Markdown));
    }

    /// <summary>The position of the image among all inputs of the command, from 0.</summary>
    public long Index { get; internal set; }

    /// <summary>The text of all pages, as Markdown with tables in HTML.</summary>
    public string Text { get; }

    /// <summary>The pages. An image is one page.</summary>
    public IReadOnlyList<ParsedPage> Pages { get; }

    /// <summary>The image file; null for an image from the web.</summary>
    public string? Path { get; internal set; }

    /// <summary>The web address of the image; null for a file.</summary>
    public Uri? Uri { get; internal init; }

    /// <summary>The id of the response.</summary>
    public string Id { get; internal init; } = string.Empty;

    /// <summary>The model that read the image.</summary>
    public string Model { get; internal init; } = string.Empty;

    /// <summary>The cost of the call.</summary>
    public Usage Usage { get; internal init; } = Usage.None;

    /// <summary>The duration of the call, including retries.</summary>
    public TimeSpan Elapsed { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A page of a parsed document.</summary>
public sealed class ParsedPage
{
    /// <summary>The position of the page in the document, from 0.</summary>
    public long Index { get; internal init; }

    /// <summary>The type of the page in the response: <c>markdown</c>, <c>blocks</c>, or another one.</summary>
    public string Type { get; internal init; } = string.Empty;

    /// <summary>The text of the page, as Markdown with tables in HTML. If the page has blocks, it's the text of all blocks.</summary>
    public string Markdown { get; internal init; } = string.Empty;

    /// <summary>The images on the page. In the Markdown, they appear as <c>![description](id)</c>.</summary>
    public IReadOnlyList<ParsedImage> Images { get; internal init; } = [];

    /// <summary>The texts, images and tables in reading order, if blocks were requested.</summary>
    public IReadOnlyList<ParsedBlock> Blocks { get; internal init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Markdown;
}

/// <summary>An image on a page.</summary>
public sealed class ParsedImage
{
    /// <summary>The id of the image on its page: <c>img-0</c>.</summary>
    public string Id { get; internal init; } = string.Empty;

    /// <summary>What the image shows, in the words of the model.</summary>
    public string Description { get; internal init; } = string.Empty;

    /// <summary>The category of the image: <c>flowchart</c>, <c>logo</c>, <c>signature</c> or <c>other</c>.</summary>
    public string Category { get; internal init; } = string.Empty;

    /// <summary>The place of the image on the page, in pixels.</summary>
    public BoundingBox? BoundingBox { get; internal init; }

    /// <summary>The place of the image on the page, as fractions of its width and height, from 0 to 1.</summary>
    public BoundingBox? BoundingBoxNormalized { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => Description;
}

/// <summary>A text, an image or a table on a page.</summary>
public sealed class ParsedBlock
{
    /// <summary>The type of the block in the response: <c>text</c>, <c>image</c>, <c>table</c>, or another one.</summary>
    public string Type { get; internal init; } = string.Empty;

    /// <summary>The block as Markdown: a text, an image as <c>![description](id)</c>, or a table in HTML below its title.</summary>
    public string Text { get; internal init; } = string.Empty;

    /// <summary>The HTML of a table.</summary>
    public string? Html { get; internal init; }

    /// <summary>The title of a table.</summary>
    public string? Title { get; internal init; }

    /// <summary>What an image or a table shows, in the words of the model.</summary>
    public string? Description { get; internal init; }

    /// <summary>The id of an image on its page: <c>img-0</c>.</summary>
    public string? Id { get; internal init; }

    /// <summary>The category of an image: <c>flowchart</c>, <c>logo</c>, <c>signature</c> or <c>other</c>.</summary>
    public string? Category { get; internal init; }

    /// <summary>The place of an image or a table on the page, in pixels.</summary>
    public BoundingBox? BoundingBox { get; internal init; }

    /// <summary>The place of an image or a table on the page, as fractions of its width and height, from 0 to 1.</summary>
    public BoundingBox? BoundingBoxNormalized { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A rectangle on a page. Its origin is the top left corner of the page.</summary>
/// <param name="TopLeftX">The distance of the left edge from the left edge of the page.</param>
/// <param name="TopLeftY">The distance of the top edge from the top edge of the page.</param>
/// <param name="BottomRightX">The distance of the right edge from the left edge of the page.</param>
/// <param name="BottomRightY">The distance of the bottom edge from the top edge of the page.</param>
public sealed record BoundingBox(double TopLeftX, double TopLeftY, double BottomRightX, double BottomRightY)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Format(CultureInfo.InvariantCulture, "({0:0.###}, {1:0.###}) - ({2:0.###}, {3:0.###})", TopLeftX, TopLeftY, BottomRightX, BottomRightY);
}
