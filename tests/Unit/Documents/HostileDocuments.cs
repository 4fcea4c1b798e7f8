using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;

namespace CohereShell.Tests.Documents;

/// <summary>PDF files that are written by hand, to exhaust the stack, the memory or the time of a reader.</summary>
internal static class HostilePdf
{
    private const string Font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>";
    private const string Text = "BT /F1 12 Tf 50 700 Td (Hello) Tj ET";

    /// <summary>A file without compression.</summary>
    public static byte[] Plain => Page(Text);

    /// <summary>A file with a thousand long pages.</summary>
    public static byte[] Slow => Objects(
    [
        "<</Type/Catalog/Pages 2 0 R>>",
        $"<</Type/Pages/Kids[{string.Concat(Enumerable.Repeat("3 0 R ", 1000))}]/Count 1000>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        Stream(string.Empty, "BT /F1 12 Tf 50 700 Td " + string.Concat(Enumerable.Repeat("(Hello world Hello world) Tj ", 5_000)) + "ET"),
        Font,
    ]);

    public static IReadOnlyDictionary<string, Func<byte[]>> All { get; } = new Dictionary<string, Func<byte[]>>
    {
        ["pages in a circle"] = () => Objects("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Count 1>>"),
        ["pages in a long circle"] = () => Objects("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>"),
        ["the parent of a page in a circle"] = () => Objects("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1/Parent 3 0 R>>", "<</Type/Page/Parent 3 0 R>>"),
        ["100,000 levels of pages"] = () => Objects(["<</Type/Catalog/Pages 2 0 R>>", .. Enumerable.Range(3, 100_000).Select(next => $"<</Type/Pages/Count 1/Kids[{next} 0 R]>>")]),
        ["millions of pages"] = () => Objects("<</Type/Catalog/Pages 2 0 R>>", $"<</Type/Pages/Count 2000000000/Kids[{string.Concat(Enumerable.Repeat("3 0 R ", 300_000))}]>>", "<</Type/Page/Parent 2 0 R>>"),
        ["nested arrays"] = () => Objects("<</Type/Catalog/Pages 2 0 R/X " + new string('[', 200_000) + ">>", "<</Type/Pages/Kids[]/Count 0>>"),
        ["nested dictionaries"] = () => Objects("<</Type/Catalog/Pages 2 0 R/X " + string.Concat(Enumerable.Repeat("<</A", 200_000)) + ">>", "<</Type/Pages/Kids[]/Count 0>>"),
        ["nested texts"] = () => Objects("<</Type/Catalog/Pages 2 0 R/X " + new string('(', 200_000) + ">>", "<</Type/Pages/Kids[]/Count 0>>"),
        ["nested arrays in a page"] = () => Page(new string('[', 300_000) + Text),
        ["nested dictionaries in a page"] = () => Page(string.Concat(Enumerable.Repeat("<</A", 300_000)) + Text),
        ["nested states in a page"] = () => Page(string.Concat(Enumerable.Repeat("q ", 500_000)) + Text),
        ["nested text objects in a page"] = () => Page(string.Concat(Enumerable.Repeat("BT ", 500_000)) + Text),
        ["nested marked content in a page"] = () => Page(string.Concat(Enumerable.Repeat("/P BMC ", 300_000)) + Text),
        ["inline images without an end"] = () => Page(string.Concat(Enumerable.Repeat("BI /W 9 /H 9 ID x ", 20_000)) + Text),
        ["a form in itself"] = () => Page("/X1 Do " + Text, "/XObject<</X1 6 0 R>>", Stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X1 6 0 R>>>>", "/X1 Do /X1 Do")),
        ["forms that double"] = () => Page("/X1 Do", "/XObject<</X1 6 0 R>>", Enumerable.Range(6, 40).Select(number => Stream($"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X1 {number + 1} 0 R>>>>", "/X1 Do /X1 Do")).ToArray()),
        ["the length of a stream in itself"] = () => Objects("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/Contents 4 0 R>>", "<</Length 4 0 R>>\nstream\nx\nendstream"),
        ["a reference to itself"] = () => Objects("<</Type/Catalog/Pages 2 0 R>>", "2 0 R"),
        ["references in a circle"] = () => Objects("<</Type/Catalog/Pages 2 0 R>>", "3 0 R", "2 0 R"),
        ["cross-reference tables in a circle"] = () => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(Plain).Replace("trailer\n<<", "trailer\n<</Prev " + Encoding.Latin1.GetString(Plain).LastIndexOf("xref\n0", StringComparison.Ordinal))),
        ["a compressed gigabyte"] = () => Page(null, string.Empty, CompressedStream("/Filter/FlateDecode", Zeros(300_000_000))),
        ["a twice compressed gigabyte"] = () => Page(null, string.Empty, CompressedStream("/Filter[/FlateDecode/FlateDecode]", Compress(Zeros(300_000_000)))),
        ["many filters"] = () => Page(null, string.Empty, Stream($"/Filter[{string.Concat(Enumerable.Repeat("/ASCIIHexDecode", 10_000))}]", "00")),
        ["a predictor with a huge row"] = () => Page(null, string.Empty, CompressedStream("/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 2000000000/Colors 30/BitsPerComponent 16>>", Encoding.ASCII.GetBytes(Text))),
        ["a font map with a huge range"] = () => Objects("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>", Stream(string.Empty, Text), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>", Stream(string.Empty, "begincmap 1 begincodespacerange <00000000> <FFFFFFFF> endcodespacerange 1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange endcmap")),
        ["a page of a million letters"] = () => Page("BT /F1 12 Tf 50 700 Td " + string.Concat(Enumerable.Repeat("(Hello world Hello world) Tj ", 40_000)) + "ET"),
        ["a path of a million lines"] = () => Page(string.Concat(Enumerable.Repeat("1 1 m 2 2 l S ", 200_000)) + Text),
        ["a clip of many curves"] = () => Page(string.Concat(Enumerable.Repeat("0 0 m 1 2 3 4 5 6 c W n ", 50_000)) + Text),
        ["only the header"] = () => Encoding.ASCII.GetBytes("%PDF-1.7\n" + new string('\n', 5_000_000)),
        ["many starts of objects"] = () => Encoding.ASCII.GetBytes("%PDF-1.7\n" + string.Concat(Enumerable.Repeat("1 0 obj ", 200_000))),
        ["digits"] = () => Encoding.ASCII.GetBytes("%PDF-1.7\n" + new string('9', 3_000_000)),
    };

    private static byte[] Page(string? content, string resources = "", params string[] more) => Objects(
    [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        $"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 5 0 R>>{resources}>>/Contents {(content is null ? 6 : 4)} 0 R>>",
        Stream(string.Empty, content ?? string.Empty),
        Font,
        .. more,
    ]);

    private static string Stream(string entries, string content) => $"<<{entries}/Length {content.Length}>>\nstream\n{content}\nendstream";

    private static string CompressedStream(string entries, byte[] content) => Stream(entries, Encoding.Latin1.GetString(Compress(content)));

    private static byte[] Compress(byte[] content)
    {
        var buffer = new MemoryStream();
        using (var zlib = new ZLibStream(buffer, CompressionLevel.Fastest))
        {
            zlib.Write(content);
        }

        return buffer.ToArray();
    }

    private static byte[] Zeros(int count) => new byte[count];

    private static byte[] Objects(params string[] objects)
    {
        var file = new StringBuilder("%PDF-1.4\n");
        var places = new List<int>();
        for (int index = 0; index < objects.Length; index++)
        {
            places.Add(file.Length);
            file.Append(index + 1).Append(" 0 obj\n").Append(objects[index]).Append("\nendobj\n");
        }

        int start = file.Length;
        file.Append("xref\n0 ").Append(objects.Length + 1).Append("\n0000000000 65535 f \n");
        foreach (int place in places)
        {
            file.Append(place.ToString("0000000000", System.Globalization.CultureInfo.InvariantCulture)).Append(" 00000 n \n");
        }

        return Encoding.Latin1.GetBytes(file.Append("trailer\n<</Size ").Append(objects.Length + 1).Append("/Root 1 0 R>>\nstartxref\n").Append(start).Append("\n%%EOF").ToString());
    }
}

/// <summary>Office documents that are made to exhaust a reader.</summary>
internal static class HostileOffice
{
    public static IReadOnlyDictionary<string, Func<byte[]>> All { get; } = new Dictionary<string, Func<byte[]>>
    {
        ["XML entities that double"] = () => DocumentSamples.Zip(new Dictionary<string, string>
        {
            ["word/document.xml"] = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">" + string.Concat(Enumerable.Range(0, 20).Select(index => $"<!ENTITY a{index} \"{string.Concat(Enumerable.Repeat(index == 0 ? "&a;" : $"&a{index - 1};", 10))}\">")) + "]><x>&a19;</x>",
        }),
        ["an external entity"] = () => DocumentSamples.Zip(new Dictionary<string, string> { ["word/document.xml"] = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x>&a;</x>" }),
        ["a part of a gigabyte"] = () => DocumentSamples.Zip(new Dictionary<string, string> { ["word/document.xml"] = $"<w:document xmlns:w=\"w\"><w:p><w:t>{new string('a', 140_000_000)}</w:t></w:p></w:document>" }),
        ["millions of elements"] = () => DocumentSamples.Docx(string.Concat(Enumerable.Repeat("<w:p/>", 2_000_000))),
        ["nested elements"] = () => DocumentSamples.Docx(string.Concat(Enumerable.Repeat("<w:p>", 1_000_000))),
        ["nested skipped elements"] = () => DocumentSamples.Docx(string.Concat(Enumerable.Repeat("<mc:Fallback>", 1_000_000))),
        ["many headings"] = () => DocumentSamples.Docx(string.Concat(Enumerable.Repeat(DocumentSamples.Paragraph("a", "H1"), 100_000))),
        ["many entries"] = () => DocumentSamples.Zip(Enumerable.Range(0, 100_000).Select(index => KeyValuePair.Create($"a{index}", string.Empty))),
        ["an attribute of many megabytes"] = () => DocumentSamples.Docx($"<w:p w:x=\"{new string('a', 60_000_000)}\"/>"),
        ["many attributes"] = () => DocumentSamples.Docx($"<w:p {string.Concat(Enumerable.Range(0, 200_000).Select(index => $"a{index}=\"\" "))}/>"),
    };
}
