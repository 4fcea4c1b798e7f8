using System.Text;
using System.Xml;

namespace CohereShell;

/// <summary>The text in the XML of a Word document or of a slide, whose elements have almost the same names.</summary>
internal abstract class OfficeText
{
    private int _skipDepth = -1;

    /// <summary>The line that is being read.</summary>
    protected StringBuilder Line { get; } = new();

    /// <summary>Whether the next text belongs to the document.</summary>
    protected bool IsText { get; set; }

    /// <summary>The number of table cells around the current element.</summary>
    protected int CellDepth { get; set; }

    /// <summary>Reads a node.</summary>
    public void Read(XmlReader xml)
    {
        if (_skipDepth >= 0)
        {
            _skipDepth = xml.Depth <= _skipDepth ? -1 : _skipDepth;
            return;
        }

        switch (xml.NodeType)
        {
            case XmlNodeType.Element:
                Begin(xml);
                break;
            case XmlNodeType.EndElement:
                End(xml.LocalName);
                break;
            case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace when IsText:
                Line.Append(xml.Value);
                break;
        }
    }

    /// <summary>Leaves out what is in an element.</summary>
    protected void Skip(XmlReader xml) => _skipDepth = xml.Depth;

    /// <summary>An element begins.</summary>
    protected abstract void Begin(XmlReader xml);

    /// <summary>An element with this local name ends.</summary>
    protected abstract void End(string name);
}
