using System.Globalization;

namespace CohereShell.Emulation;

/// <summary>Makes the page of an answer: a heading, a text, an image and a table, in either format.</summary>
internal static class ParsePages
{
    private const string ImageId = "img-0";
    private static readonly string[] Categories = ["other", "flowchart", "logo", "signature"];

    internal static SentPage Markdown(ParsedImageFile file)
    {
        SentImage image = ImageOf(file);
        SentTable table = TableOf(file);
        string content = $"{TextOf(file)}\n\n![{image.Description}]({image.Id})\n\n{table.Title}\n\n{table.Html}";
        return new SentPage(0, "markdown") { Markdown = new SentMarkdown(content, [image]) };
    }

    internal static SentPage Blocks(ParsedImageFile file) => new(0, "blocks")
    {
        Blocks =
        [
            new SentBlock("text") { Text = new SentTextBlock(TextOf(file)) },
            new SentBlock("image") { Image = ImageOf(file) },
            new SentBlock("table") { Table = TableOf(file) },
        ],
    };

    private static string TextOf(ParsedImageFile file) => "# " + (file.Name ?? $"A {file.Format} image") + "\n\n" + (file.Text ?? Sentence(file));

    private static string Sentence(ParsedImageFile file) => file.Name is { } name
        ? $"This is the emulated text of '{name}'."
        : FormattableString.Invariant($"This is the emulated text of an image of {file.Width} x {file.Height} pixels.");

    // In the lower half of the page. The model counts in thousandths of the page.
    private static SentImage ImageOf(ParsedImageFile file) => new(
        ImageId,
        $"An emulated figure, number {file.Hash % 1000}",
        Categories[(int)(file.Hash / 1000 % (ulong)Categories.Length)],
        Box(file, 100, 500, 900, 700),
        new SentBox(0.1, 0.5, 0.9, 0.7));

    private static SentTable TableOf(ParsedImageFile file)
    {
        List<(string Name, string Value)> rows = [("Format", file.Format), ("Width", Number(file.Width)), ("Height", Number(file.Height))];
        if (file.Bytes is { } bytes)
        {
            rows.Add(("Bytes", Number(bytes)));
        }

        string html = string.Concat(rows.Select(row => $"<tr><td>{row.Name}</td><td>{row.Value}</td></tr>"));
        return new SentTable(
            "html",
            $"<table><tr><th>Property</th><th>Value</th></tr>{html}</table>",
            "Properties of the image",
            "The format and the size of the image",
            Box(file, 100, 750, 900, 950),
            new SentBox(0.1, 0.75, 0.9, 0.95));
    }

    private static SentPixelBox Box(ParsedImageFile file, int left, int top, int right, int bottom) =>
        new(file.Width * left / 1000, file.Height * top / 1000, file.Width * right / 1000, file.Height * bottom / 1000);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
