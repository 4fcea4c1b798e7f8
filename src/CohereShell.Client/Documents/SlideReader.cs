using System.Text;
using System.Xml;

namespace CohereShell;

/// <summary>Reads presentations: a part for each slide, with its title as the heading, its tables and the speaker's notes.</summary>
internal sealed class SlideReader : IDocumentReader
{
    public DocumentContent Read(byte[] file, DocumentReading reading)
    {
        using var package = OfficePackage.Open(file, reading);
        string main = package.Related(string.Empty, "officeDocument") ?? "ppt/presentation.xml";
        var ids = new List<string>();
        if (!package.Read(main, xml =>
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "sldId" })
            {
                ids.Add(xml.GetAttribute("id", "http://schemas.openxmlformats.org/officeDocument/2006/relationships")
                    ?? xml.GetAttribute("id", "http://purl.oclc.org/ooxml/officeDocument/relationships") ?? string.Empty);
            }
        }))
        {
            throw DocumentErrors.Damaged(reading.Path, "the list of its slides is missing");
        }

        Dictionary<string, string> targets = package.Relationships(main).GroupBy(each => each.Id, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Target, StringComparer.Ordinal);
        var parts = new List<DocumentPart>();
        var empty = new List<int>();
        for (int number = 1; number <= ids.Count; number++)
        {
            reading.Check();
            if (!targets.TryGetValue(ids[number - 1], out string? slide))
            {
                continue;
            }

            (string? heading, string text) = ReadSlide(package, slide, reading);
            if (text.Length > 0)
            {
                parts.Add(new DocumentPart(text) { Page = number, Heading = heading });
            }
            else
            {
                empty.Add(number);
            }
        }

        return new DocumentContent(parts) { Title = package.ReadTitle(), PagesWithoutText = empty };
    }

    private static (string? Heading, string Text) ReadSlide(OfficePackage package, string part, DocumentReading reading)
    {
        var slide = new Shapes(isNotes: false);
        if (!package.Read(part, slide.Read))
        {
            return (null, string.Empty);
        }

        string text = slide.Text;
        if (package.Related(part, "notesSlide") is { } notesPart)
        {
            var notes = new Shapes(isNotes: true);
            package.Read(notesPart, notes.Read);
            text = notes.Text.Length == 0 ? text : $"{text}\n\nNotes: {notes.Text}".TrimStart();
        }

        reading.AddCharacters(text.Length);
        return (slide.Title, text);
    }

    private sealed class Shapes(bool isNotes) : OfficeText
    {
        private readonly bool _isNotes = isNotes;
        private readonly StringBuilder _text = new();
        private readonly StringBuilder _shape = new();
        private string? _kind;

        public string? Title { get; private set; }

        public string Text => _text.ToString().Trim();

        protected override void Begin(XmlReader xml)
        {
            switch (xml.LocalName)
            {
                case "sp" or "graphicFrame":
                    EndShape();
                    break;
                case "ph":
                    _kind = xml.GetAttribute("type") ?? "body";
                    break;
                case "t":
                    IsText = !xml.IsEmptyElement;
                    break;
                case "br":
                    Line.Append('\n');
                    break;
                case "tab":
                    Line.Append('\t');
                    break;
                case "tc":
                    CellDepth++;
                    break;
                case "Fallback" or "tabLst" when !xml.IsEmptyElement:
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
                case "p" when CellDepth == 0:
                    EndLine();
                    break;
                case "p":
                    Line.Append(' ');
                    break;
                case "tc":
                    CellDepth = Math.Max(0, CellDepth - 1);
                    Line.Append("| ");
                    break;
                case "tr" when CellDepth == 0:
                    string row = Line.ToString().Trim(' ', '|');
                    Line.Clear().Append(row);
                    EndLine();
                    break;
                case "sp" or "graphicFrame" or "spTree":
                    EndShape();
                    break;
            }
        }

        private void EndLine()
        {
            string line = Line.ToString().TrimEnd();
            Line.Clear();
            if (line.Length > 0)
            {
                _shape.Append(line).Append('\n');
            }
        }

        private void EndShape()
        {
            EndLine();
            string text = _shape.ToString().Trim();
            _shape.Clear();
            // The number of the slide, the date and the footer are the same on every slide. Notes repeat the slide.
            bool isFurniture = _kind is "sldNum" or "dt" or "ftr" or "hdr" or "sldImg" || (_isNotes && _kind is not (null or "body"));
            if (text.Length > 0 && !isFurniture)
            {
                Title ??= !_isNotes && _kind is "title" or "ctrTitle" ? SectionCollector.OneLine(text) : null;
                _text.Append(_text.Length > 0 ? "\n\n" : string.Empty).Append(text);
            }

            _kind = null;
        }
    }
}
