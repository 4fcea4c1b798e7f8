using System.Security.Cryptography;
using System.Text;

namespace CohereShell.Commands;

/// <summary>A chunk of a file, as it is in an index.</summary>
internal sealed record IndexChunk
{
    /// <summary>The full path of the file.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>Identifies the content of the file and how it is split.</summary>
    public string FileHash { get; init; } = string.Empty;

    /// <summary>The number of the chunk in its file, from 0.</summary>
    public int Number { get; init; }

    /// <summary>The number of chunks of the file. An index with fewer of them doesn't have the whole file.</summary>
    public int Count { get; init; }

    public string Text { get; init; } = string.Empty;

    public string? Title { get; init; }

    public string? Heading { get; init; }

    public int? Page { get; init; }

    public long Offset { get; init; }

    public DateTime LastWriteTime { get; init; }

    /// <summary>Identifies the text: chunks with the same text have the same embedding.</summary>
    public string TextHash => _textHash ??= HashOf(Text);

    private string? _textHash;

    // Half of the hash is enough to tell texts apart.
    public static string HashOf(string text) => Hex(CohereShell.TextHash.Of(text), 16);

    /// <summary>Identifies the content of a file.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static string HashOfFile(string path, string settings, CancellationToken cancellationToken)
    {
        using SHA256 algorithm = SHA256.Create();
        using FileStream stream = Input.FilePaths.OpenRead(path);
        byte[] start = Encoding.UTF8.GetBytes(settings + "\n");
        algorithm.TransformBlock(start, 0, start.Length, null, 0);
        byte[] buffer = new byte[128 * 1024];
        for (int count = 1; count > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            count = stream.Read(buffer, 0, buffer.Length);
            algorithm.TransformBlock(buffer, 0, count, null, 0);
        }

        algorithm.TransformFinalBlock(buffer, 0, 0);
        return Hex(algorithm.Hash!, 32);
    }

    private static string Hex(byte[] bytes, int count)
    {
        var text = new StringBuilder(count * 2);
        for (int index = 0; index < count; index++)
        {
            text.Append(bytes[index].ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
