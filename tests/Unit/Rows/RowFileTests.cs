using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class RowFileTests : IDisposable
{
    private static readonly string[] Names = ["Id", "Body", "Text"];
    private static readonly string[] IdOnly = ["Id"];

    private static readonly IReadOnlyList<KeyValuePair<string, JsonElement>>[] Rows =
    [
        Row("1", "plain", "a \"quoted\" text"),
        Row("2", "two\r\nlines, and a comma", "\"\n\""),
        Row("3", "Größe 世界 🎉", null),
        Row("4", "\"\"", "\n\n"),
    ];

    private readonly string _folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"))).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_cut_at_any_byte_gets_each_row_once(bool isCsv)
    {
        string path = NewPath();
        Continue(path, isCsv);
        byte[] whole = File.ReadAllBytes(path);

        for (int length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(path, whole.AsSpan(0, length).ToArray());

            Continue(path, isCsv);

            Assert.True(whole.AsSpan().SequenceEqual(File.ReadAllBytes(path)), $"cut at {length}: {File.ReadAllText(path)}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_complete_row_is_kept(bool isCsv)
    {
        string path = NewPath();
        using (RowFile file = Open(path, isCsv))
        {
            file.Append(Rows[0]);
            file.Append(Rows[1]);
        }

        // All but the last byte of the second row, which is a line break.
        using (var stream = new FileStream(path, FileMode.Open))
        {
            stream.SetLength(stream.Length - 1);
        }

        // In CSV, a quote at the end may be half of a quote that belongs to the text. JSON tells that it's complete.
        Assert.Equal(isCsv ? ["1"] : (string[])["1", "2"], IdsIn(path, isCsv));
    }

    [Fact]
    public void Only_one_can_write_to_a_file()
    {
        string path = NewPath();
        using (var first = new RowFile(path, isCsv: false))
        {
            first.Append(Rows[0]);

            Assert.Throws<RowFileException>(() => new RowFile(path, isCsv: false));
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            Assert.StartsWith("{\"Id\":\"1\"", reader.ReadToEnd(), StringComparison.Ordinal);
        }

        Assert.False(File.Exists(path + ".lock"));
        // A killed process leaves it behind.
        File.WriteAllText(path + ".lock", string.Empty);
        new RowFile(path, isCsv: false).Dispose();
        Assert.False(File.Exists(path + ".lock"));
    }

    [Fact]
    public void A_file_without_rows_is_deleted()
    {
        string path = NewPath();

        new RowFile(path, isCsv: true).Dispose();

        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData(true, "my notes")]
    [InlineData(true, "\"Id\",\"Other\"\n")]
    [InlineData(true, "\"Id\",\"Body\",\"Text\",\"More\"\n")]
    [InlineData(false, "my notes")]
    [InlineData(false, "{\"Id\":1}\n[1]\n")]
    [InlineData(false, "{\"Id\":1}\n{\"Id\"\n{\"Id\":2}\n")]
    public void A_file_that_is_something_else_is_refused_and_unchanged(bool isCsv, string content)
    {
        string path = NewPath();
        File.WriteAllText(path, content);

        using (var file = new RowFile(path, isCsv))
        {
            Assert.Throws<RowFileException>(() =>
            {
                _ = file.Read(IdOnly).Count();
                file.Begin(Names);
            });
        }

        Assert.Equal(content, File.ReadAllText(path));
    }

    [Fact]
    public void Columns_can_be_in_another_order_and_case()
    {
        string path = NewPath();
        File.WriteAllText(path, "\uFEFFtext,ID,body\r\n5\" disk,7,\r\n\r\n", new UTF8Encoding(false));

        using (var file = new RowFile(path, isCsv: true))
        {
            Assert.Equal("7", Assert.Single(file.Read(IdOnly))["id"]);
            file.Begin(Names);
            file.Append(Rows[0]);
            Assert.Equal("More", Assert.Single(file.Surplus(["More", "id"])));
        }

        Assert.EndsWith("\"a \"\"quoted\"\" text\",\"1\",\"plain\"\n", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_several_threads_are_whole()
    {
        string path = NewPath();
        using (var file = new RowFile(path, isCsv: false))
        {
            Parallel.For(0, 500, number => file.Append(Row(number.ToString(CultureInfo.InvariantCulture), new string('x', number), null)));
        }

        Assert.Equal(500, IdsIn(path, isCsv: false).Distinct().Count());
    }

    private static IReadOnlyList<KeyValuePair<string, JsonElement>> Row(string id, string body, string? text) =>
    [
        new("Id", JsonSerializer.SerializeToElement(id)),
        new("Body", JsonSerializer.SerializeToElement(body)),
        new("Text", JsonSerializer.SerializeToElement(text)),
    ];

    private static RowFile Open(string path, bool isCsv)
    {
        var file = new RowFile(path, isCsv);
        file.Begin(Names);
        return file;
    }

    private static void Continue(string path, bool isCsv)
    {
        using var file = new RowFile(path, isCsv);
        string[] ids = file.Read(IdOnly).Select(row => row["Id"]).ToArray();
        file.Begin(Names);
        foreach (IReadOnlyList<KeyValuePair<string, JsonElement>> row in Rows.Where(row => !ids.Contains(row[0].Value.GetString())))
        {
            file.Append(row);
        }
    }

    private static string[] IdsIn(string path, bool isCsv)
    {
        using var file = new RowFile(path, isCsv);
        return file.Read(IdOnly).Select(row => row["Id"]).ToArray();
    }

    private string NewPath() => Path.Combine(_folder, Guid.NewGuid().ToString("N"));
}
