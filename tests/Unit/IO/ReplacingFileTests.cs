using System;
using System.IO;
using System.Linq;
using Xunit;

namespace CohereShell.Tests.Embeddings;

public sealed class ReplacingFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cohereshell").FullName;

    private string File1 => Path.Combine(_folder, "a.arrow");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_appears_when_it_is_complete()
    {
        using (var file = new ReplacingFile(File1, keepsContent: false))
        {
            file.Stream!.WriteByte(1);
            Assert.False(File.Exists(File1));
            file.Complete(mayReplace: false);
        }

        Assert.Equal([1], File.ReadAllBytes(File1));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_incomplete_file_leaves_everything_unchanged(bool keepsContent)
    {
        File.WriteAllBytes(File1, [7]);
        using (var file = new ReplacingFile(File1, keepsContent))
        {
            file.Stream!.WriteByte(1);
        }

        Assert.Equal([7], File.ReadAllBytes(File1));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_file_is_replaced_only_if_that_is_allowed()
    {
        using var file = new ReplacingFile(File1, keepsContent: false);
        File.WriteAllBytes(File1, [7]);

        Assert.ThrowsAny<IOException>(() => file.Complete(mayReplace: false));
        Assert.Equal([7], File.ReadAllBytes(File1));
    }

    [Fact]
    public void A_file_that_another_program_changes_is_left_unchanged()
    {
        File.WriteAllBytes(File1, [7]);
        using (var file = new ReplacingFile(File1, keepsContent: true))
        {
            File.AppendAllText(File1, "x");
            Assert.Contains("changed by another program", Assert.ThrowsAny<IOException>(() => file.Complete(mayReplace: true)).Message, StringComparison.Ordinal);
        }

        Assert.Equal([7, (byte)'x'], File.ReadAllBytes(File1));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_read_only_file_is_read_only_again_afterwards(bool keepsContent)
    {
        File.WriteAllBytes(File1, [7]);
        File.SetAttributes(File1, FileAttributes.ReadOnly);
        using (var file = new ReplacingFile(File1, keepsContent))
        {
            file.Stream!.Seek(0, SeekOrigin.End);
            file.Stream.WriteByte(8);
            file.Complete(mayReplace: true);
        }

        Assert.Equal(keepsContent ? [7, 8] : [8], File.ReadAllBytes(File1));
        Assert.True(File.GetAttributes(File1).HasFlag(FileAttributes.ReadOnly));
        File.SetAttributes(File1, FileAttributes.Normal);
    }

    [Fact]
    public void A_private_file_stays_private_and_a_link_stays_a_link()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.WriteAllBytes(File1, [7]);
        File.SetUnixFileMode(File1, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string link = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, File1);
        using (var file = new ReplacingFile(link, keepsContent: false))
        {
            file.Stream!.WriteByte(8);
            file.Complete(mayReplace: true);
        }

        Assert.Equal([8], File.ReadAllBytes(File1));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(File1));
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void A_missing_folder_is_an_error() =>
        Assert.ThrowsAny<IOException>(() => new ReplacingFile(Path.Combine(_folder, "no", "a.arrow"), keepsContent: false));

    [Fact]
    public void A_folder_is_not_a_file()
    {
        Assert.ThrowsAny<IOException>(() => new ReplacingFile(_folder, keepsContent: false));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder).Concat(Directory.GetFiles(Path.GetDirectoryName(_folder)!, Path.GetFileName(_folder) + ".*.tmp")));
    }
}
