using System.Globalization;
using System.Text;
using System.Xml;

namespace CohereShell;

/// <summary>
/// Reads Word documents: a part for each heading. Headings are paragraphs with an outline level, usually from their style.
/// Tables are lines with <c>|</c> between the cells. Deleted text, headers, footers, notes and comments are left out.
/// </summary>
internal sealed class WordReader : IDocumentReader
{
    private const int LevelOfBodyText = 9;
    private const int LongestStyleChain = 20;

    public DocumentContent Read(byte[] file, DocumentReading reading)
    {
        using var package = OfficePackage.Open(file, reading);
        string main = package.Related(string.Empty, "officeDocument") ?? "word/document.xml";
        IReadOnlyDictionary<string, Style> styles = ReadStyles(package, main);
        var body = new Body(styles, new SectionCollector(reading));
        if (!package.Read(main, body.Read))
        {
            throw DocumentErrors.Damaged(reading.Path, "the part with its text is missing");
        }

        return body.Complete(package.ReadTitle());
    }

    private static Dictionary<string, Style> ReadStyles(OfficePackage package, string main)
    {
        var styles = new Dictionary<string, Style>(StringComparer.Ordinal);
        Style? style = null;
        package.Read(package.Related(main, "styles") ?? "word/styles.xml", xml =>
        {
            if (xml.NodeType != XmlNodeType.Element)
            {
                return;
            }

            switch (xml.LocalName)
            {
                case "style":
                    style = new Style();
                    styles[OfficePackage.Attribute(xml, "styleId") ?? string.Empty] = style;
                    break;
                case "name" when style is not null:
                    style.Name ??= OfficePackage.Attribute(xml, "val");
                    break;
                case "basedOn" when style is not null:
                    style.BasedOn ??= OfficePackage.Attribute(xml, "val");
                    break;
                case "outlineLvl" when style is not null:
                    style.Level ??= LevelOf(xml);
                    break;
            }
        });
        return styles;
    }

    private static int? LevelOf(XmlReader xml) =>
        int.TryParse(OfficePackage.Attribute(xml, "val"), NumberStyles.None, CultureInfo.InvariantCulture, out int level) ? level : null;

    private sealed class Style
    {
        // Word writes the names of the built-in styles in English, whatever language it has.
        public string? Name { get; set; }

        public string? BasedOn { get; set; }

        public int? Level { get; set; }
    }

    private sealed class Body(IReadOnlyDictionary<string, Style> styles, SectionCollector sections) : OfficeText
    {
        private readonly IReadOnlyDictionary<string, Style> _styles = styles;
        private readonly SectionCollector _sections = sections;
        private readonly StringBuilder _row = new();
        private string? _title;
        private string? _style;
        private int? _level;
        private bool _isListItem;
        private int _depth;
        private bool _wasListItem;

        public DocumentContent Complete(string? title)
        {
            EndParagraph();
            IReadOnlyList<DocumentPart> parts = _sections.Complete();
            return new DocumentContent(parts) { Title = title ?? _title ?? _sections.Title };
        }

        protected override void Begin(XmlReader xml)
        {
            switch (xml.LocalName)
            {
                case "p":
                    // A text box is inside of a paragraph and has its own.
                    EndParagraph();
                    break;
                case "pStyle":
                    _style ??= OfficePackage.Attribute(xml, "val");
                    break;
                case "outlineLvl":
                    _level ??= LevelOf(xml);
                    break;
                case "numPr":
                    _isListItem = true;
                    break;
                case "ilvl":
                    _depth = Math.Min(LevelOf(xml) ?? 0, 10);
                    break;
                case "t":
                    IsText = !xml.IsEmptyElement;
                    break;
                case "tab" or "ptab":
                    Line.Append('\t');
                    break;
                case "br" or "cr":
                    Line.Append('\n');
                    break;
                case "noBreakHyphen":
                    Line.Append('-');
                    break;
                case "tc":
                    CellDepth++;
                    break;
                // The same text again for older programs, the definitions of tab stops, and text that was moved away.
                case "Fallback" or "tabs" or "moveFrom" or "sectPr" or "pPrChange" when !xml.IsEmptyElement:
                    Skip(xml);
                    break;
            }
        }

        protected override void End(string name)
        {
            switch (name)
            {
                case "t":
                    IsText = false;
                    break;
                case "p":
                    EndParagraph();
                    break;
                case "tc":
                    EndParagraph();
                    CellDepth = Math.Max(0, CellDepth - 1);
                    _row.Append(" | ");
                    break;
                case "tr" when CellDepth == 0:
                    EndRow();
                    break;
                case "tbl" when CellDepth == 0:
                    _sections.EndParagraph();
                    break;
            }
        }

        private void EndRow()
        {
            string row = _row.ToString().TrimEnd(' ', '|');
            _row.Clear();
            if (row.Trim(' ', '|').Length > 0)
            {
                _sections.AddLine(row);
            }
        }

        private void EndParagraph()
        {
            string text = Line.ToString().Trim();
            Line.Clear();
            if (text.Length > 0)
            {
                AddParagraph(text);
            }

            _style = null;
            _level = null;
            _isListItem = false;
            _depth = 0;
        }

        private void AddParagraph(string text)
        {
            if (CellDepth > 0)
            {
                if (_row.Length > 0 && _row[_row.Length - 1] != ' ')
                {
                    _row.Append(' ');
                }

                _row.Append(text.Replace('\n', ' '));
                return;
            }

            (int? level, bool isTitle) = Meaning();
            if (level is { } heading and < LevelOfBodyText)
            {
                _sections.EndParagraph();
                _sections.BeginSection(heading + 1, text);
                _wasListItem = false;
                return;
            }

            _title ??= isTitle ? SectionCollector.OneLine(text) : null;
            if (!_isListItem || !_wasListItem)
            {
                _sections.EndParagraph();
            }

            _sections.AddLine(_isListItem ? new string(' ', 2 * _depth) + "- " + text : text);
            _wasListItem = _isListItem;
        }

        private (int? Level, bool IsTitle) Meaning()
        {
            if (_level is not null)
            {
                return (_level, false);
            }

            string? id = _style;
            bool isTitle = false;
            // Damaged styles can be based on each other in a circle.
            for (int count = 0; id is not null && count < LongestStyleChain && _styles.TryGetValue(id, out Style? style); count++, id = style.BasedOn)
            {
                isTitle |= string.Equals(style.Name, "Title", StringComparison.OrdinalIgnoreCase);
                int? level = style.Level ?? (style.Name is { Length: 9 } name && name.StartsWith("heading ", StringComparison.OrdinalIgnoreCase) && char.IsDigit(name[8]) ? name[8] - '1' : null);
                if (level is >= 0)
                {
                    return (level, isTitle);
                }
            }

            return (null, isTitle);
        }
    }
}
