using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using CohereShell.Formats;
using Xunit;

namespace CohereShell.Tests.Documents;

public sealed class DocumentFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly DocumentFiles _files = new(() => new DocumentLibrary());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_PDF_file_is_a_document_for_each_page_with_text()
    {
        DocumentFile file = await ReadAsync("handbook.pdf", DocumentSamples.Pdf(["Backup", "Backups run at night."], [], ["Restore needs a ticket."]));

        Assert.Equal([1, 3], file.Documents.Select(document => document.Page));
        Assert.Equal([2], file.PagesWithoutText);
        Assert.Contains("Backups run at night.", file.Documents[0].Text);
        Assert.Equal("Restore needs a ticket.", file.Documents[1].Text);
        Assert.All(file.Documents, document => Assert.Equal("Handbook", document.Title));
        Assert.All(file.Documents, document => Assert.Equal(Path.Combine(_folder, "handbook.pdf"), document.Path));
        Assert.All(file.Documents, document => Assert.Equal(File.GetLastWriteTime(document.Path!), document.LastWriteTime));
    }

    // A and B are painted as Hebrew letters, and C as the Arabic letters Lam and Alef in one shape.
    [Theory]
    [InlineData("(BA) Tj", "\u05d0\u05d1")]
    [InlineData("(BA BB) Tj", "\u05d1\u05d1 \u05d0\u05d1")]
    [InlineData("(12 BA) Tj", "\u05d0\u05d1 12")]
    [InlineData("(BA) Tj 30 0 Td (AAB) Tj", "\u05d1\u05d0\u05d0 \u05d0\u05d1")]
    [InlineData("60 0 Td (BA) Tj -60 0 Td (12:00) Tj", "\u05d0\u05d1 12:00")]
    [InlineData("(see BA for more) Tj", "see \u05d0\u05d1 for more")]
    [InlineData("(BCA) Tj", "\u05d0\u0644\u0627\u05d1")]
    [InlineData("(A plain text) Tj 0 -20 Td (BA) Tj", "\u05d0 plain text\n\u05d0\u05d1")]
    public async Task Text_of_a_PDF_file_is_in_the_order_in_which_it_is_read(string content, string text)
    {
        DocumentFile file = await ReadAsync("order.pdf", DocumentSamples.PdfWithLetters($"BT /F1 12 Tf 50 700 Td {content} ET"));

        Assert.Equal(text, file.Documents[0].Text.Replace("\n\n", "\n"));
    }

    [Fact]
    public async Task A_symbol_of_a_PDF_file_is_the_mark_of_a_list()
    {
        DocumentFile file = await ReadAsync("list.pdf", DocumentSamples.PdfWithLetters("BT /F1 12 Tf 50 700 Td (E one) Tj 0 -20 Td (E two) Tj ET"));

        Assert.Equal("\u2022 one\n\u2022 two", file.Documents[0].Text.Replace("\n\n", "\n"));
    }

    [Fact]
    public async Task A_scanned_page_has_an_image()
    {
        DocumentFile file = await ReadAsync("scan.pdf", DocumentSamples.Pdf([[]]));

        Assert.Empty(file.Documents);
        Assert.Equal(ErrorReason.DocumentHasNoText, file.NoText!.Reason);
        byte[]? image = await _files.ReadPageImageAsync(file.Path, 1);
        Assert.Equal("image/png", ImageHeader.MediaTypeOf(image));
    }

    [Fact]
    public async Task A_Word_document_is_a_document_for_each_heading()
    {
        string body = DocumentSamples.Paragraph("The handbook", "T") + DocumentSamples.Paragraph("Preface.")
            + DocumentSamples.Paragraph("Backup", "H1")
            + DocumentSamples.Paragraph("Restore", "H2") + DocumentSamples.Paragraph("Call &lt;112&gt;.", "Loop")
            + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Host</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>IP</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>dc01</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>10.0.0.1</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
            + "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:delText>gone</w:delText></w:r><mc:AlternateContent><mc:Choice><w:r><w:t>d</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>d</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"
            + DocumentSamples.Paragraph("Contact", "H1");
        DocumentFile file = await ReadAsync("a.docx", DocumentSamples.Docx(body));

        Assert.Equal([null, "Backup > Restore", "Contact"], file.Documents.Select(document => document.Heading));
        Assert.Equal("The handbook\n\nPreface.", file.Documents[0].Text);
        Assert.Equal("Restore\n\nCall <112>.\nHost | IP\ndc01 | 10.0.0.1\n\na\tb\ncd", file.Documents[1].Text);
        Assert.Equal("Contact", file.Documents[2].Text);
        Assert.Equal("The handbook", file.Title);
    }

    [Fact]
    public async Task The_title_of_a_Word_document_is_in_its_properties() =>
        Assert.Equal("IT", (await ReadAsync("a.docx", DocumentSamples.Docx(DocumentSamples.Paragraph("x"), title: "IT"))).Title);

    [Fact]
    public async Task A_presentation_is_a_document_for_each_slide()
    {
        const string Table = "<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>Q1</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>12</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>";
        DocumentFile file = await ReadAsync("a.pptx", DocumentSamples.Pptx(
            (DocumentSamples.Shape("Plan", "title") + DocumentSamples.Shape("One\nTwo", "body") + DocumentSamples.Shape("1", "sldNum") + Table, "Say hello."),
            (string.Empty, null),
            (DocumentSamples.Shape("End"), null)));

        Assert.Equal([1, 3], file.Documents.Select(document => document.Page));
        Assert.Equal(["Plan", null], file.Documents.Select(document => document.Heading));
        Assert.Equal("Plan\n\nOne\nTwo\n\nQ1 | 12\n\nNotes: Say hello.", file.Documents[0].Text);
        Assert.Equal("End", file.Documents[1].Text);
    }

    [Fact]
    public async Task Markdown_is_a_document_for_each_heading()
    {
        DocumentFile file = await ReadAsync("a.md", "---\ntitle: \"IT handbook\"\n---\nIntro.\n\n# Backup #\n\n## Restore\nDo it.\n```\n# not a heading\n```\n\nSetext\n------\nUnder.\n\n# C#\n\nSharp.\n");

        Assert.Equal("IT handbook", file.Title);
        Assert.Equal([null, "Backup > Restore", "Backup > Setext", "C#"], file.Documents.Select(document => document.Heading));
        Assert.Equal("## Restore\nDo it.\n```\n# not a heading\n```", file.Documents[1].Text);
        Assert.Equal("Setext\n------\nUnder.", file.Documents[2].Text);
    }

    [Fact]
    public async Task A_web_page_is_readable_text_with_headings()
    {
        const string Html = "<!doctype html><html><head><meta charset=iso-8859-1><title>Hilfe &amp; mehr</title><style>p{}</style></head><body><nav><ul><li>Menu</ul></nav>"
            + "<main><h1>VPN</h1><p>Zur\u00fcck &ndash; mit<br>Umbruch</p><ul><li>eins<li>zwei</ul><h2>Setup</h2><table><tr><th>A<th>B<tr><td>1<td>2</table><pre>x\n  y</pre><script>if (a<b) document.write('<p>no')</script></main><footer>Impressum</footer></body></html>";
        DocumentFile file = await ReadAsync("a.html", Encoding.Latin1.GetBytes(Html));

        Assert.Equal("Hilfe & mehr", file.Title);
        Assert.Equal(["VPN", "VPN > Setup"], file.Documents.Select(document => document.Heading));
        Assert.Equal("VPN\n\nZur\u00fcck – mit\nUmbruch\n\n- eins\n- zwei", file.Documents[0].Text);
        Assert.Equal("Setup\n\nA | B\n1 | 2\n\nx\n  y", file.Documents[1].Text);
    }

    [Fact]
    public async Task Lists_in_lists_are_indented_and_hidden_elements_are_left_out()
    {
        DocumentFile page = await ReadAsync("a.html", Encoding.UTF8.GetBytes("<ul><li>one<ol><li>inner<li>second</ol><li>two</ul><div hidden>gone<div>too</div></div><div style='color: red; display: none'>gone</div><p>end<div hidden=until-found>found</div>"));
        DocumentFile word = await ReadAsync("a.docx", DocumentSamples.Docx(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>one</w:t></w:r></w:p>"
            + "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"1\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>inner</w:t></w:r></w:p>"
            + DocumentSamples.Paragraph("end")));

        Assert.Equal("- one\n  1. inner\n  2. second\n- two\n\nend\n\nfound", page.Documents[0].Text);
        Assert.Equal("- one\n  - inner\n\nend", word.Documents[0].Text);
    }

    [Fact]
    public async Task Deeply_nested_elements_need_no_stack_and_little_time()
    {
        DocumentFile file = await ReadAsync("a.html", string.Concat(Enumerable.Repeat("<div><ul><table>", 100_000)) + "deep");

        Assert.Equal("deep", file.Documents.Single().Text);
    }

    [Fact]
    public async Task A_message_has_its_subject_sender_date_attachments_and_text()
    {
        const string Mail = "From: =?utf-8?q?J=C3=B6rg?= <joerg@contoso.com>\r\nTo: it@contoso.com\r\nSubject: =?iso-8859-1?Q?VPN_f=E4llt_aus?=\r\nDate: Fri, 27 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
            + "--B\r\nContent-Type: text/html; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>Gr=FC=DFe</p><p>J=F6rg</p>\r\n--B\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''pl%C3%A4ne.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--B--\r\n";
        DocumentFile file = await ReadAsync("a.eml", Mail);

        Assert.Equal("VPN fällt aus", file.Title);
        Assert.Equal("From: \"Jörg\" <joerg@contoso.com>\nTo: it@contoso.com\nDate: 2026-11-27 10:00 +01:00\nAttachments: pläne.pdf\n\nGrüße\n\nJörg", file.Documents.Single().Text);
    }

    [Theory]
    [InlineData("multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha256")]
    [InlineData("multipart/signed; protocol=\"application/pgp-signature\"")]
    public async Task A_signed_message_is_read_without_the_libraries_for_signatures(string type)
    {
        string mail = $"Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: {type}; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\nhello\r\n--B\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--B--\r\n";

        Assert.EndsWith("hello", (await ReadAsync("a.eml", mail)).Documents.Single().Text);
    }

    [Theory]
    [InlineData("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m")]
    [InlineData("multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=B")]
    public async Task An_encrypted_message_is_an_error(string type)
    {
        CohereException failure = await Assert.ThrowsAsync<CohereException>(() => ReadAsync("a.eml", $"Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: {type}\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n"));

        Assert.Equal(ErrorReason.DocumentEncrypted, failure.Reason);
    }

    [Fact]
    public async Task A_table_keeps_its_header_and_a_text_is_as_it_is()
    {
        DocumentFile table = await ReadAsync("a.csv", "Name,\"Note\nx\"\r\na,1\r\n");
        DocumentFile text = await ReadAsync("notes.log", "line\r\n\r\n\tindented\r\n");

        Assert.Equal("Name,\"Note\nx\"\r\n".Length, table.Documents.Single().HeaderLength);
        Assert.Equal("line\r\n\r\n\tindented\r\n", text.Documents.Single().Text);
        Assert.Equal("notes.log", text.Title);
    }

    public static TheoryData<string, byte[], ErrorReason> Refused => new()
    {
        { "a.pdf", "%PDF-1.7 nothing"u8.ToArray(), ErrorReason.DocumentDamaged },
        { "a.pdf", "text"u8.ToArray(), ErrorReason.DocumentDamaged },
        { "a.pdf", [], ErrorReason.DocumentDamaged },
        { "a.docx", [], ErrorReason.DocumentDamaged },
        { "a.docx", "PK\x3\x4 nothing"u8.ToArray(), ErrorReason.DocumentDamaged },
        { "a.docx", DocumentSamples.Zip([]), ErrorReason.DocumentDamaged },
        { "a.docx", [.. new byte[] { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1 }, .. Encoding.Unicode.GetBytes("EncryptedPackage")], ErrorReason.DocumentEncrypted },
        { "a.doc", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], ErrorReason.DocumentNotSupported },
        { "a.xlsx", DocumentSamples.Zip([]), ErrorReason.DocumentNotSupported },
        { "a.zip", DocumentSamples.Zip([]), ErrorReason.DocumentNotSupported },
        { "a.exe", [77, 90, 0, 0], ErrorReason.DocumentNotSupported },
        { "a.rtf", "{\\rtf1 x}"u8.ToArray(), ErrorReason.DocumentNotSupported },
        { "a.png", DocumentSamples.Png, ErrorReason.DocumentHasNoText },
        { "a.docx", DocumentSamples.Docx("<!DOCTYPE x>"), ErrorReason.DocumentDamaged },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_file_that_cannot_be_read_is_one_error(string name, byte[] bytes, ErrorReason reason)
    {
        CohereException failure = await Assert.ThrowsAsync<CohereException>(() => ReadAsync(name, bytes));

        Assert.Equal(reason, failure.Reason);
        Assert.Contains(name, failure.Message);
    }

    private Task<DocumentFile> ReadAsync(string name, string text) => ReadAsync(name, Encoding.UTF8.GetBytes(text));

    private async Task<DocumentFile> ReadAsync(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        await File.WriteAllBytesAsync(path, bytes);
        return await _files.ReadAsync(path);
    }
}
