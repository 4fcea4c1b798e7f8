using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace CohereShell.Tests.Documents;

/// <summary>Makes small documents of each kind.</summary>
internal static class DocumentSamples
{
    private const string Word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    private const string OfficeRelationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string PackageRelationships = "http://schemas.openxmlformats.org/package/2006/relationships";

    /// <summary>The smallest PNG image: one pixel.</summary>
    public static byte[] Png { get; } = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    /// <summary>A PDF file with a page whose letters stand for others: A and B for Hebrew, C for Arabic, E for a symbol.</summary>
    public static byte[] PdfWithLetters(string content)
    {
        const string Map = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <0000> <FFFF> endcodespacerange "
            + "2 beginbfrange <0020> <0040> <0020> <0046> <007E> <0046> endbfrange "
            + "4 beginbfchar <0041> <05D0> <0042> <05D1> <0043> <06440627> <0045> <F0B7> endbfchar endcmap end end";
        // Two bytes for each letter.
        content = Regex.Replace(content, "\\(([^)]*)\\)", match => $"<{string.Concat(match.Groups[1].Value.Select(letter => ((int)letter).ToString("X4", CultureInfo.InvariantCulture)))}>");
        string[] objects =
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>",
            "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[7 0 R]/ToUnicode 6 0 R>>",
            $"<</Length {content.Length}>>\nstream\n{content}\nendstream",
            $"<</Length {Map.Length}>>\nstream\n{Map}\nendstream",
            "<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 500/FontDescriptor 8 0 R>>",
            "<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>",
        ];
        var file = new StringBuilder("%PDF-1.4\n");
        var table = new StringBuilder("xref\n0 9\n0000000000 65535 f \n");
        for (int index = 0; index < objects.Length; index++)
        {
            table.Append(file.Length.ToString("0000000000", CultureInfo.InvariantCulture)).Append(" 00000 n \n");
            file.Append((index + 1).ToString(CultureInfo.InvariantCulture)).Append(" 0 obj\n").Append(objects[index]).Append("\nendobj\n");
        }

        int start = file.Length;
        return Encoding.ASCII.GetBytes(file.Append(table).Append("trailer\n<</Size 9/Root 1 0 R>>\nstartxref\n").Append(start.ToString(CultureInfo.InvariantCulture)).Append("\n%%EOF").ToString());
    }

    /// <summary>A PDF file with a page for each list of lines. A page without lines is an image.</summary>
    public static byte[] Pdf(params string[][] pages)
    {
        var builder = new PdfDocumentBuilder();
        builder.DocumentInformation.Title = "Microsoft Word - Handbook";
        PdfDocumentBuilder.AddedFont font = builder.AddStandard14Font(Standard14Font.Helvetica);
        foreach (string[] lines in pages)
        {
            PdfPageBuilder page = builder.AddPage(PageSize.A4);
            double y = 780;
            foreach (string line in lines)
            {
                page.AddText(line, 12, new PdfPoint(50, y), font);
                y -= 16;
            }

            if (lines.Length == 0)
            {
                page.AddPng(Png, new PdfRectangle(0, 0, page.PageSize.Width, page.PageSize.Height));
            }
        }

        return builder.Build();
    }

    /// <summary>A Word document from the XML of its body.</summary>
    public static byte[] Docx(string body, string? styles = null, string? title = null) => Zip(new Dictionary<string, string>
    {
        ["_rels/.rels"] = Relationships($"{OfficeRelationships}/officeDocument", "word/document.xml"),
        ["word/_rels/document.xml.rels"] = Relationships($"{OfficeRelationships}/styles", "styles.xml"),
        ["word/document.xml"] = $"<w:document xmlns:w=\"{Word}\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"><w:body>{body}</w:body></w:document>",
        ["word/styles.xml"] = $"<w:styles xmlns:w=\"{Word}\">{styles ?? Styles}</w:styles>",
        ["docProps/core.xml"] = title is null ? "<x/>" : $"<cp:coreProperties xmlns:cp=\"urn:cp\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{title}</dc:title></cp:coreProperties>",
    });

    /// <summary>A paragraph of a Word document.</summary>
    public static string Paragraph(string text, string? style = null) =>
        $"<w:p><w:pPr>{(style is null ? string.Empty : $"<w:pStyle w:val=\"{style}\"/>")}<w:tabs><w:tab w:val=\"left\" w:pos=\"1\"/></w:tabs></w:pPr><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>";

    /// <summary>A presentation from the XML of the shapes of its slides, and notes.</summary>
    public static byte[] Pptx(params (string Shapes, string? Notes)[] slides)
    {
        var parts = new Dictionary<string, string>
        {
            ["_rels/.rels"] = Relationships($"{OfficeRelationships}/officeDocument", "/ppt/presentation.xml"),
            ["ppt/presentation.xml"] = $"<p:presentation xmlns:p=\"urn:p\" xmlns:r=\"{OfficeRelationships}\"><p:sldIdLst>{string.Concat(slides.Select((_, index) => $"<p:sldId id=\"{256 + index}\" r:id=\"rId{index}\"/>"))}</p:sldIdLst></p:presentation>",
            // The file names of slides aren't in the order of the slides.
            ["ppt/_rels/presentation.xml.rels"] = $"<Relationships xmlns=\"{PackageRelationships}\">{string.Concat(slides.Select((_, index) => $"<Relationship Id=\"rId{index}\" Type=\"{OfficeRelationships}/slide\" Target=\"slides/slide{slides.Length - index}.xml\"/>"))}</Relationships>",
        };
        for (int index = 0; index < slides.Length; index++)
        {
            string name = $"slide{slides.Length - index}.xml";
            parts[$"ppt/slides/{name}"] = Slide(slides[index].Shapes);
            if (slides[index].Notes is { } notes)
            {
                parts[$"ppt/slides/_rels/{name}.rels"] = Relationships($"{OfficeRelationships}/notesSlide", $"../notesSlides/notes{index}.xml");
                parts[$"ppt/notesSlides/notes{index}.xml"] = Slide(Shape(notes, "body") + Shape("12", "sldNum"));
            }
        }

        return Zip(parts);
    }

    /// <summary>A shape with text on a slide.</summary>
    public static string Shape(string text, string? kind = null) =>
        $"<p:sp><p:nvSpPr><p:nvPr>{(kind is null ? string.Empty : $"<p:ph type=\"{kind}\"/>")}</p:nvPr></p:nvSpPr><p:txBody>{string.Concat(text.Split('\n').Select(line => $"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>"))}</p:txBody></p:sp>";

    /// <summary>A ZIP file.</summary>
    public static byte[] Zip(IEnumerable<KeyValuePair<string, string>> parts)
    {
        var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, string content) in parts)
            {
                using Stream stream = zip.CreateEntry(name).Open();
                stream.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return buffer.ToArray();
    }

    private const string Styles =
        "<w:style w:styleId=\"H1\"><w:name w:val=\"heading 1\"/></w:style>"
        + "<w:style w:styleId=\"H2\"><w:name w:val=\"Kapitel\"/><w:basedOn w:val=\"Base\"/></w:style>"
        + "<w:style w:styleId=\"Base\"><w:name w:val=\"Base\"/><w:pPr><w:outlineLvl w:val=\"1\"/></w:pPr></w:style>"
        + "<w:style w:styleId=\"T\"><w:name w:val=\"Title\"/></w:style>"
        + "<w:style w:styleId=\"Loop\"><w:name w:val=\"Loop\"/><w:basedOn w:val=\"Loop\"/></w:style>";

    private static string Slide(string shapes) => $"<p:sld xmlns:p=\"urn:p\" xmlns:a=\"urn:a\"><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>";

    private static string Relationships(string type, string target) =>
        $"<Relationships xmlns=\"{PackageRelationships}\"><Relationship Id=\"rId1\" Type=\"{type}\" Target=\"{target}\"/></Relationships>";
}
