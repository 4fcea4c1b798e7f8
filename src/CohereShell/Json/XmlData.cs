using System.Xml;
using System.Xml.Linq;

namespace CohereShell.Json;

/// <summary>The text of XML nodes. As lists, they would be their parts without names.</summary>
internal static class XmlData
{
    /// <summary>
    /// The text that a node contains or, if it contains elements, its XML: without the names, the texts of the elements
    /// would run together. Null if the value isn't XML.
    /// </summary>
    public static string? TextOf(object? value) => value switch
    {
        XmlNode node => TextOf(node),
        XObject node => TextOf(node),
        _ => null,
    };

    private static string TextOf(XmlNode node) =>
        node is XmlDocument || node.ChildNodes.OfType<XmlElement>().Any() ? node.OuterXml : node.InnerText;

    private static string? TextOf(XObject node) => node switch
    {
        XElement { HasElements: false } element => element.Value,
        XAttribute attribute => attribute.Value,
        XText text => text.Value,
        XComment comment => comment.Value,
        XNode other => other.ToString(SaveOptions.DisableFormatting),
        _ => node.ToString(),
    };
}
