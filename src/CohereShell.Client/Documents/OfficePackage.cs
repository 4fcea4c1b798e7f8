using System.IO.Compression;
using System.Xml;

namespace CohereShell;

/// <summary>
/// The parts of an Office document, which is a ZIP file of XML. Nothing is extracted to the disk. The size of what is read
/// is bounded, and the XML can't refer to other files.
/// </summary>
internal sealed class OfficePackage : IDisposable
{
    /// <summary>The maximum number of bytes of the directory in the ZIP file. It would become many objects.</summary>
    private const int MaxDirectoryBytes = 8 * 1024 * 1024;
    private const int EndLength = 22;
    private const int LongestComment = 65535;
    private const int DeepestXml = 1000;
    private const string RelationshipSuffix = ".rels";

    private readonly DocumentReading _reading;
    private readonly ZipArchive _zip;

    private OfficePackage(ZipArchive zip, DocumentReading reading) => (_zip, _reading) = (zip, reading);

    /// <summary>Opens a package.</summary>
    /// <exception cref="CohereException">It's damaged, or too large.</exception>
    public static OfficePackage Open(byte[] file, DocumentReading reading)
    {
        CheckDirectory(file, reading);
        return new OfficePackage(new ZipArchive(new MemoryStream(file, writable: false), ZipArchiveMode.Read), reading);
    }

    public void Dispose() => _zip.Dispose();

    /// <summary>The part that a relationship of another part leads to; null if there isn't one.</summary>
    /// <param name="source">The name of the other part; empty for the package.</param>
    /// <param name="type">The last part of the type of the relationship.</param>
    public string? Related(string source, string type) => Relationships(source).Where(each => each.Type == type).Select(each => each.Target).FirstOrDefault();

    /// <summary>The relationships of a part, without those to addresses outside of the package.</summary>
    public IReadOnlyList<(string Id, string Type, string Target)> Relationships(string source)
    {
        int slash = source.LastIndexOf('/');
        string folder = source.Substring(0, slash + 1);
        var found = new List<(string, string, string)>();
        Read(folder + "_rels/" + source.Substring(slash + 1) + RelationshipSuffix, xml =>
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "Relationship" } && xml.GetAttribute("TargetMode") != "External")
            {
                string type = xml.GetAttribute("Type") ?? string.Empty;
                found.Add((xml.GetAttribute("Id") ?? string.Empty, type.Substring(type.LastIndexOf('/') + 1), PartName(folder, xml.GetAttribute("Target") ?? string.Empty)));
            }
        });
        return found;
    }

    /// <summary>The title in the properties of the document; null if there isn't one.</summary>
    public string? ReadTitle()
    {
        string? title = null;
        bool isIn = false;
        Read(Related(string.Empty, "core-properties") ?? "docProps/core.xml", xml =>
        {
            isIn = xml.NodeType == XmlNodeType.Element ? xml.LocalName == "title" && !xml.IsEmptyElement : isIn && xml.NodeType != XmlNodeType.EndElement;
            if (isIn && xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
            {
                title ??= SectionCollector.OneLine(xml.Value);
            }
        });
        return string.IsNullOrEmpty(title) ? null : title;
    }

    /// <summary>Reads the nodes of a part. A part that doesn't exist has none.</summary>
    /// <returns>Whether the part exists.</returns>
    /// <exception cref="CohereException">The part is damaged, or too large.</exception>
    public bool Read(string part, Action<XmlReader> read)
    {
        if (_zip.GetEntry(part) is not { } entry)
        {
            return false;
        }

        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            CheckCharacters = false,
            CloseInput = true,
        };
        try
        {
            using var xml = XmlReader.Create(new CountedStream(entry.Open(), _reading), settings);
            while (xml.Read())
            {
                _reading.Step();
                if (xml.Depth > DeepestXml)
                {
                    throw DocumentErrors.Damaged(_reading.Path, "its XML is nested too deeply");
                }

                read(xml);
            }
        }
        catch (XmlException exception)
        {
            throw DocumentErrors.Damaged(_reading.Path, $"the part '{part}' isn't valid XML", exception);
        }

        return true;
    }

    /// <summary>An attribute whatever its prefix is.</summary>
    public static string? Attribute(XmlReader xml, string localName)
    {
        string? value = null;
        while (value is null && xml.MoveToNextAttribute())
        {
            value = xml.LocalName == localName ? xml.Value : null;
        }

        xml.MoveToElement();
        return value;
    }

    // Targets are relative to the folder of the part. The name is only looked up in the package.
    private static string PartName(string folder, string target)
    {
        var parts = new List<string>();
        string full = target.StartsWith("/", StringComparison.Ordinal) ? target : folder + target;
        foreach (string part in full.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "." or ".."))
            {
                parts.Add(part);
            }
        }

        return string.Join("/", parts);
    }

    // Before ZipArchive makes an object of each entry.
    private static void CheckDirectory(byte[] file, DocumentReading reading)
    {
        int end = file.AsSpan(Math.Max(0, file.Length - EndLength - LongestComment)).LastIndexOf("PK\x5\x6"u8);
        if (end < 0)
        {
            throw DocumentErrors.Damaged(reading.Path, "the ZIP directory at its end is missing. The file isn't complete");
        }

        end += Math.Max(0, file.Length - EndLength - LongestComment);
        long start = end + 20 <= file.Length ? BitConverter.ToUInt32(file, end + 16) : 0;
        if (end - start > MaxDirectoryBytes)
        {
            throw DocumentErrors.TooLarge(reading.Path, "its ZIP directory is larger than 8 MB");
        }
    }

    private sealed class CountedStream(Stream inner, DocumentReading reading) : ReadOnlyStream
    {
        private readonly Stream _inner = inner;
        private readonly DocumentReading _reading = reading;

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = _inner.Read(buffer, offset, count);
            _reading.AddExpandedBytes(read);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
